in vec3 p, n;
in vec2 t;
in vec3 dome_colour_here;
in float openness;
out vec4 colour;
uniform sampler2DArray iris;
uniform float iris_weights[5];
uniform float cornea;

// The reflection of a window in direction `l`.
float window(vec3 reflected, vec3 l, float size) {
  vec3 right = normalize(cross(vec3(0, 1, 0), l)), up = cross(l, right);
  vec2 q = abs(vec2(dot(reflected, right), dot(reflected, up)));
  return step(0.0, dot(reflected, l)) * smoothstep(size * 1.25, size * 0.8, q.x) *
         smoothstep(size * 1.5, size, q.y);
}

void main() {
  vec3 v = to_view(p), normal = normalize(n), reflected = reflect(-v, normal);
  float lit = shadow(p, normal), open = clamp(openness * 1.5 - 0.3, 0.0, 1.0);
  vec3 lamp = key_colour + softness * 1.2;
  vec3 shine = lamp * window(reflected, normalize(key_direction + vec3(0.0, 0.05, 0.75)), 0.06 + 0.06 * softness) *
                   0.8 * mix(lit, 1.0, 0.5) +
               fill_colour * window(reflected, fill_direction, 0.16) * 0.12;
  if (cornea > 0.5) {
    colour = vec4(tone(shine * open), 0.0);
    return;
  }
  vec4 c = vec4(0.0);
  for (int i = 0; i < 5; i++) c += iris_weights[i] * texture(iris, vec3(t, i));
  if (c.a < 0.5) discard;
  vec3 albedo = linear(c.rgb);
  float grey = dot(albedo, vec3(0.333));
  // What has little colour is the white of the eye; the photographs' is blue.
  float most = max(max(albedo.r, albedo.g), albedo.b), least = min(min(albedo.r, albedo.g), albedo.b);
  float coloured = smoothstep(0.3, 0.55, (most - least) / max(most, 0.01));
  vec3 white = grey * vec3(0.98, 0.87, 0.79);
  albedo = mix(white, albedo * vec3(0.95, 0.85, 0.76), coloured);
  vec3 received = dome_colour_here * mix(0.35, 1.0, open) +
                  key_colour * max((dot(normal, key_direction) + 0.3) / 1.3, 0.0) * lit;
  colour = vec4(tone(albedo * received * 0.92 + shine * open * 0.1), 1.0);
}
