in vec3 position, normal;
in vec2 uv;
in vec4 mask0, mask1, rest, light;
out vec3 p, n;
invariant gl_Position;
out vec2 t;
out vec4 m0, m1, r;
out vec3 dome_colour_here;
out float openness;
uniform float inflate;

void main() {
  p = position + normal * inflate;
  n = normal;
  t = uv;
  m0 = mask0;
  m1 = mask1;
  r = rest;
  dome_colour_here = light.rgb;
  openness = light.a;
  gl_Position = project(p);
}
