"""How a page looks and reads: templates, HTML fixes, security policy, metadata, special pages."""
