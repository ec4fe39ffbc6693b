// Light from the dome, once a vertex, captured into a buffer.
in vec3 position, normal;
out vec4 light;
uniform vec3 wrap;

void main() {
  vec3 colour;
  float openness;
  dome_light(position, normal, wrap, colour, openness);
  light = vec4(colour, openness);
}
