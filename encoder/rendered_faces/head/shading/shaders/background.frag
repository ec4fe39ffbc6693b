in vec2 s;
out vec4 colour;
uniform vec3 top, bottom;

void main() {
  float k = smoothstep(-1.2, 1.2, s.y + 0.25 * s.x);
  vec3 c = mix(bottom, top, k) * (1.0 - 0.12 * dot(s, s));
  colour = vec4(pow(c, vec3(1.0 / 2.2)), 1.0);
}
