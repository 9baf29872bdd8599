"""The crawlers that Tandem is measured beside; each script runs in the environment of requirements.txt."""
