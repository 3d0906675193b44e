"""Bytes in, facts out: what a file is, how long it runs, and small real samples.

``sniffing`` decides by the first bytes, ``probing`` asks libav in a guarded process,
``samples`` makes recordings on the spot. Nothing here knows a model or a bucket.
"""
