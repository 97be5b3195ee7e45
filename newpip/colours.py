"""The colours that every figure shares."""

# One colour for one thing, in every figure. Chosen from, or darkened from, Okabe and Ito's colour-blind-safe set.
# The book swaps each for its counterpart in the dark scheme (book/_static/book.css), so use no others.
COLOURS = {
    "ink": "#1f2933",
    "soft": "#5b6672",
    "rule": "#d5dae0",
    "parent": "#0072b2",
    "professional": "#c44e00",
    "newpip": "#00795a",
    "other": "#a8467f",
    "paper": "#fefefe",
}
