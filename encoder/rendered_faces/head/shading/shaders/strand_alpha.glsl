uniform sampler2DArray strands;

vec4 strand_texel(vec2 t, vec3 look) {
  if (look.x > 0.5) return texture(strands, vec3(t, 2.0));
  return mix(texture(strands, vec3(t, 0.0)), texture(strands, vec3(t, 1.0)), look.z);
}
