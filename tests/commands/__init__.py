"""The console commands, as the machine's owner types them."""
