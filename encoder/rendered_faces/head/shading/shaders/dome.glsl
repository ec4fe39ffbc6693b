// Light from many directions, each with a shadow map in one atlas: soft light and ambient
// occlusion at once.
uniform vec3 dome_direction[24], dome_right[24], dome_up[24], dome_colour[24];
uniform float dome_radius;
uniform sampler2DShadow dome;

void dome_light(vec3 p, vec3 n, vec3 wrap, out vec3 light, out float openness) {
  light = vec3(0.0);
  float seen = 0.0, all = 1e-3;
  for (int i = 0; i < 24; i++) {
    float c = dot(n, dome_direction[i]);
    vec3 lambert = max((c + wrap) / (1.0 + wrap), 0.0);
    if (lambert.x <= 0.0) continue;
    vec3 q = p + n * 0.035 + dome_direction[i] * 0.02;
    vec2 t = vec2(dot(q, dome_right[i]), dot(q, dome_up[i])) / dome_radius;
    float depth = 0.5 - 0.5 * dot(q, dome_direction[i]) / (1.6 * dome_radius);
    float visible = 1.0;
    if (max(abs(t.x), abs(t.y)) < 0.985) {
      vec2 tile = (vec2(i % 8, i / 8) + t * 0.5 + 0.5) / vec2(8.0, 3.0);
      visible = textureLod(dome, vec3(tile, depth - 0.004), 0.0);
    }
    light += lambert * dome_colour[i] * visible;
    seen += max(c, 0.0) * visible;
    all += max(c, 0.0);
  }
  openness = seen / all;
}
