in vec3 p, n;
in vec2 t;
in vec4 m0, m1, r;  // scalp, cheek, oil, lips; freckles, forehead, nose, brows; rest x and y, beard, painted
in vec3 dome_colour_here;
in float openness;
out vec4 colour;
uniform sampler2D skin, noise, body;
uniform vec4 crop;  // of the head in the body's texture: corner and size
uniform float melanin, redness, freckles, oil, stubble, beard, lip_colour;
uniform vec3 hair_colour, brow_colour, forehead_colour;
uniform vec4 wrinkles;  // forehead, glabella, nose, crow's feet

void main() {
  vec3 v = to_view(p), normal = normalize(n);
  vec2 inside = (t - crop.xy) / crop.zw;
  vec2 from_edge = abs(inside - 0.5);
  vec3 albedo = max(from_edge.x, from_edge.y) < 0.49 ? texture(skin, inside).rgb : texture(body, t).rgb;
  albedo = linear(albedo);
  vec4 pores = texture(noise, t * 14.0), broad = texture(noise, t * 5.0);
  vec4 fine = texture(noise, t * 31.0 + 0.37);
  float cheek = m0.y, lips = m0.w, oily = clamp(m0.z * oil, 0.0, 1.0);
  float hair = m0.x * smoothstep(0.1, 0.7, m0.x + (broad.b - 0.5) * 0.7 + (fine.b - 0.5) * 0.5);

  // Painted hair and brows of the photographs give way to the forehead's colour.
  albedo = mix(albedo, forehead_colour * (0.88 + 0.24 * broad.b), clamp(r.w, 0.0, 1.0));
  albedo *= exp(-melanin * vec3(0.45, 0.75, 0.95) * (1.0 - 0.5 * lips));
  albedo *= 1.0 + (pores.b - 0.5) * 0.20 + (broad.b - 0.5) * 0.18 + (fine.b - 0.5) * 0.10 * detail;
  float red = redness * (0.35 + 0.9 * cheek + 0.4 * (broad.g - 0.5)) * (1.0 - hair);
  albedo *= vec3(1.0 + 0.10 * red, 1.0 - 0.20 * red, 1.0 - 0.18 * red);
  float freckled = m1.x * freckles * smoothstep(0.35, 0.8, texture(noise, t * 8.0).a);
  albedo *= mix(vec3(1.0), vec3(0.72, 0.55, 0.42), clamp(freckled, 0.0, 0.9));
  albedo *= mix(vec3(1.0), vec3(1.18, 0.68, 0.72), lips * max(lip_colour, 0.0));
  albedo *= mix(vec3(1.0), vec3(0.95, 1.12, 1.1), lips * max(-lip_colour, 0.0));
  // The photographs' inner lips are too red and too bright.
  float grey = dot(albedo, vec3(0.35, 0.5, 0.15));
  albedo = mix(albedo, mix(vec3(grey), albedo, 0.62) * vec3(0.92, 0.86, 0.86), lips);

  float shaved = r.z * stubble * (0.45 + smoothstep(0.42, 0.66, fine.b));
  albedo = mix(albedo, albedo * vec3(0.45, 0.47, 0.5) + hair_colour * 0.12, clamp(shaved * 0.6, 0.0, 0.85));
  albedo = mix(albedo, hair_colour * 0.45, 0.8 * smoothstep(0.1, 0.7, r.z * beard));
  albedo = mix(albedo, brow_colour, 0.45 * m1.w);
  albedo = mix(albedo, hair_colour * 0.32, clamp(hair * (0.8 + 0.5 * (fine.b - 0.4)), 0.0, 1.0));

  // Relief: pores, and wrinkles that expressions switch on.
  vec3 right = normalize(cross(vec3(0, 1, 0), normal)), up = cross(normal, right);
  vec2 slope = ((pores.rg - 0.5) * 1.1 + (fine.rg - 0.5) * 0.8) * 0.35 * (1.0 - 0.6 * lips) * detail *
               (1.0 + 0.8 * cheek);
  float x = r.x, y = r.y, wander = (broad.b - 0.5) * 3.0;
  slope.y += m1.y * wrinkles.x * 0.42 * cos(y * 36.0 + 4.0 * x * x + wander);
  slope.y += m1.z * wrinkles.z * 0.40 * cos(y * 44.0 + 7.0 * abs(x) + wander);
  float frown = exp(-pow((abs(x) - 0.13) / 0.07, 2.0) - pow((y - 0.34) / 0.26, 2.0));
  slope.x += wrinkles.y * 0.75 * frown * sign(x) * (abs(x) - 0.13) / 0.07;
  float crow = exp(-pow((abs(x) - 1.02) / 0.16, 2.0) - pow((y + 0.02) / 0.25, 2.0));
  slope.y += crow * wrinkles.w * 0.38 * cos((y + 0.25 * (abs(x) - 1.0) * sign(y)) * 52.0 + wander);
  vec3 rough = normalize(normal - right * slope.x - up * slope.y);
  vec3 smoothed = normalize(mix(normal, rough, 0.35));

  // Light wraps around, red most: it wanders below the skin.
  float lit = shadow(p, normal);
  vec3 wrap = vec3(0.32, 0.12, 0.06);
  vec3 facing = vec3(dot(smoothed, key_direction), dot(mix(normal, rough, 0.8), key_direction), dot(rough, key_direction));
  vec3 diffuse = max((facing + wrap) / (1.0 + wrap), 0.0);
  diffuse *= diffuse * 0.35 + 0.65;
  vec3 above = normalize(key_direction + vec3(0.0, 0.6, 0.6));
  float relief = 1.0 + 1.1 * (dot(rough, above) - dot(normal, above));
  vec3 hollow = mix(vec3(1.0), vec3(1.10, 0.97, 0.93), 1.0 - openness);
  vec3 received = dome_colour_here * relief * hollow +
                  key_colour * diffuse * vec3(pow(lit, 0.62), lit, pow(lit, 1.1));
  float roughness = mix(mix(0.47, 0.37, oily) + (pores.b - 0.5) * 0.08, 0.34, lips);
  float gloss = clamp(openness * 1.25 - 0.12, 0.0, 1.0) * mix(0.8, 1.2, oily) * (1.0 - 0.85 * hair);
  vec3 shine = key_colour * lit * (0.82 * ggx(rough, v, key_direction, roughness) +
                                   0.14 * ggx(rough, v, key_direction, roughness * 0.62)) +
               fill_colour * ggx(rough, v, fill_direction, 0.55) +
               rim_colour * ggx(rough, v, rim_direction, 0.5) +
               dome_colour_here * 0.022 * (1.0 + 8.0 * pow(1.0 - max(dot(rough, v), 0.0), 4.0));
  // The inside of the mouth sees little light and shows none of the lips' red.
  colour = vec4(tone(albedo * received + shine * gloss * 0.62), 1.0);
}
