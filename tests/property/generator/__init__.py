# SPDX-License-Identifier: Apache-2.0
"""What random worlds are made of: a scene, its reference data, the stream of events, and spoilt records."""
