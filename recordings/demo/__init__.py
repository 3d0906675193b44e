"""Demo data: people, sessions and small real recordings in every state, made by the rooms' acts."""
