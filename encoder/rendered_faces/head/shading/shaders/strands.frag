in vec3 p, n, a, l;
in vec2 t;
in vec3 dome_colour_here;
in float openness;
out vec4 colour;
uniform sampler2D noise;
uniform vec3 hair_colour, brow_colour;
uniform float grey, cutoff;

float lobe(vec3 along, vec3 half_way, float power) {
  float c = dot(along, half_way);
  return pow(max(1.0 - c * c, 0.0), power);
}

void main() {
  vec4 texel = strand_texel(t, l);
  if (texel.a < cutoff) discard;
  vec3 v = to_view(p), normal = normalize(n), along = normalize(a);
  float shade = pow(texel.r * 2.0, 1.3) * l.y;
  vec3 base = l.x > 0.5 && l.x < 1.5 ? brow_colour : hair_colour;
  float greyed = clamp(grey * (0.75 + 0.9 * (l.y - 1.0)), 0.0, 1.0);
  vec3 albedo = mix(base, vec3(0.21, 0.2, 0.185), greyed) * shade;
  float lit = shadow(p, normal);
  // Kajiya and Kay (1989): a hair is a cylinder; its diffuse part also sees the skull's side.
  float c = dot(along, key_direction), round_ = sqrt(max(1.0 - c * c, 0.0));
  float facing = max((dot(normal, key_direction) + 0.3) / 1.3, 0.0);
  vec3 half_way = normalize(v + key_direction);
  float primary = lobe(normalize(along + normal * 0.12), half_way, 60.0);
  float second = lobe(normalize(along - normal * 0.14), half_way, 18.0);
  vec3 shine = key_colour * lit * facing * shade *
               (0.05 * primary * (0.6 + greyed) + 0.35 * second * (albedo + 0.01)) +
               rim_colour * lobe(along, normalize(v + rim_direction), 20.0) * 0.12 * albedo;
  float root = mix(0.55, 1.0, smoothstep(0.0, 0.3, t.y + (l.x > 0.5 ? 1.0 : 0.0)));
  vec3 received = dome_colour_here * mix(0.45, 1.0, openness) * root + key_colour * lit * facing * (0.4 + 0.6 * round_);
  colour = vec4(tone(albedo * received + shine), clamp((texel.a - cutoff) / (1.0 - cutoff) * 1.6 + 0.35, 0.0, 1.0));
}
