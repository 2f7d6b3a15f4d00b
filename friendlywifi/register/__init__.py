"""The public register: what anybody may know of each certificate, as files for any web server."""
