"""The emulators that the gateway is compared with, each in packages of its own that only `make bench` installs."""
