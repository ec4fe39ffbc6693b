"""A face that the generator does not know: NVIDIA's projector and pivotal tuning."""
