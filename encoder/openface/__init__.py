"""OpenFace's face descriptor nn4.small2 (Amos, Ludwiczuk and Satyanarayanan 2016).

The public names are imported when first used: `import encoder.openface` does not load TensorFlow.
"""
