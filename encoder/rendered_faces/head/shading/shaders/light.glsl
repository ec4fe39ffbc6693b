// The key light's shadow, highlights, and the way from radiance to pixels.
uniform vec3 key_direction, key_colour, fill_direction, fill_colour, rim_direction, rim_colour;
uniform vec3 key_right, key_up;
uniform float key_radius, softness, detail;
uniform sampler2DShadow key_shadow;

const vec2 DISC[8] = vec2[](
    vec2(-0.33, 0.13), vec2(0.36, -0.29), vec2(-0.19, -0.63), vec2(0.34, 0.59),
    vec2(-0.82, 0.46), vec2(0.87, 0.34), vec2(-0.58, -0.38) * 1.3, vec2(0.74, -0.57));

float shadow(vec3 p, vec3 n) {
  vec3 q = p + n * 0.02 + key_direction * 0.012;
  vec2 t = vec2(dot(q, key_right), dot(q, key_up)) / key_radius * 0.5 + 0.5;
  float depth = 0.5 - 0.5 * dot(q, key_direction) / (1.6 * key_radius) - 0.002;
  float radius = 0.005 + 0.03 * softness, sum = 0.0;
  for (int i = 0; i < 8; i++) sum += texture(key_shadow, vec3(t + DISC[i] * radius, depth));
  return sum / 8.0;
}

float ggx(vec3 n, vec3 v, vec3 l, float roughness) {
  vec3 h = normalize(v + l);
  float a = roughness * roughness, k = a * 0.5;
  float nh = max(dot(n, h), 0.0), nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05);
  float d = nh * nh * (a * a - 1.0) + 1.0;
  float distribution = a * a / (3.14159 * d * d);
  float geometry = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
  float fresnel = 0.04 + 0.96 * pow(1.0 - max(dot(h, v), 0.0), 5.0);
  return distribution * geometry * fresnel * 0.25 * nl * 3.14159;
}

vec3 to_view(vec3 p) { return normalize(vec3(-p.xy, 10.0 - p.z)); }

vec3 tone(vec3 c) {
  c *= 1.02;
  c = c * (1.0 + c * 0.12) / (1.0 + c * 0.35) * 1.12;
  c = clamp(c, 0.0, 1.0);
  return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}

vec3 linear(vec3 c) { return c * c * (c * 0.305306011 + 0.682171111) + c * 0.012522878; }
