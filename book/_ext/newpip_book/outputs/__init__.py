"""What is made of built pages: PDF, EPUB, slides, notebooks to take away, launch links, exports."""
