"""Reports by form as the hub shows them: questions with their inputs, and what was sent."""
