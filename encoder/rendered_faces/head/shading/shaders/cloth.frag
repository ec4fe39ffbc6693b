in vec3 p, n;
in vec2 t;
in vec4 r;
in vec3 dome_colour_here;
out vec4 colour;
uniform sampler2D noise;
uniform vec3 shirt;
uniform float collar;

bool bare(vec4 r, vec3 n, float collar) {
  float before = smoothstep(0.0, 0.3, n.z);
  return r.y > -3.05 + collar - 0.45 * exp(-r.x * r.x * 0.8) * before + 0.5 * (1.0 - before);
}

void main() {
  if (bare(r, n, collar)) discard;
  vec4 weave = texture(noise, t * 26.0);
  vec3 normal = normalize(normalize(n) + vec3(weave.rg - 0.5, 0.0) * 0.5);
  vec3 received = dome_colour_here + key_colour * max(dot(normal, key_direction), 0.0) * shadow(p, normalize(n));
  colour = vec4(tone(shirt * (0.8 + 0.4 * weave.b) * received), 1.0);
}
