in vec3 l;
in vec2 t;
out vec4 colour;
uniform float cutoff, class_value;

void main() {
  if (strand_texel(t, l).a < cutoff) discard;
  colour = vec4(class_value, 0.0, 0.0, 1.0);
}
