in vec2 t;
in float openness;
out vec4 colour;
uniform sampler2D picture;
uniform float strength;

void main() {
  float alpha = texture(picture, t).a * strength;
  if (alpha < 0.004) discard;
  colour = vec4(vec3(0.035, 0.028, 0.025) * (0.6 + openness), alpha);
}
