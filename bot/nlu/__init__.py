"""What runs inside the brain: Rasa components, the desk's channel, and a launcher that loads only what is needed."""
