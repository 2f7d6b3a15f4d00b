"""What is known of one name at one hotspot, told to somebody who is no engineer."""
