"""The APIs of platforms, asked through the guarded HTTP. They know no models."""
