"""Groups of the console command; each module has `register(cli)`."""
