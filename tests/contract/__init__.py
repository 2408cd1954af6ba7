"""The demo held against recorded answers of Dub's own server code."""
