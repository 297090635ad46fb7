"""How style sheets, scripts and fonts are named."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedOnceCollected(CompressedManifestStaticFilesStorage):
    """Names carry a content hash once `collectstatic` has run, so browsers may keep files for ever.

    Until then, in a checkout or a test, the plain files are served as they lie.
    """

    def stored_name(self, name):
        return super().stored_name(name) if self.hashed_files else name

    def compress_files(self, names):
        """Pages ask for hashed names alone, so the plain files are not worth the time."""
        hashed = set(self.hashed_files.values())
        return super().compress_files(name for name in names if name in hashed)
