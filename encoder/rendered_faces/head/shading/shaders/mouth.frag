in vec3 p, n;
in vec2 t;
in vec3 dome_colour_here;
in float openness;
out vec4 colour;
uniform sampler2D picture;
uniform vec3 gain;
uniform float roughness;

void main() {
  vec3 v = to_view(p), normal = normalize(n);
  vec3 albedo = min(linear(texture(picture, t).rgb) * gain, vec3(0.72, 0.69, 0.62));
  float lit = shadow(p, normal);
  float open = smoothstep(0.0, 0.55, openness);
  vec3 received = dome_colour_here * mix(0.7, 1.0, openness) + 0.10 * mix(0.35, 1.0, open) +
                  key_colour * 0.75 * max((dot(normal, key_direction) + 0.2) / 1.2, 0.0) * lit;
  colour = vec4(tone(albedo * received + key_colour * ggx(normal, v, key_direction, roughness) * lit * 0.4), 1.0);
}
