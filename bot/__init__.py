"""The program around the rules: settings, composition, command line, gateway, delivery, connectors, brain."""
