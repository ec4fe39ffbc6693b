in vec3 position, normal, along;
in vec2 uv;
in vec3 look;  // kind (0 head, 1 brow, 2 beard), shade, frizz
in vec4 light;
out vec3 p, n, a, l;
out vec2 t;
out vec3 dome_colour_here;
out float openness;

void main() {
  p = position;
  n = normal;
  a = along;
  l = look;
  t = uv;
  dome_colour_here = light.rgb;
  openness = light.a;
  gl_Position = project(p);
  if (look.x > 0.5) gl_Position.z -= 0.002 * gl_Position.w;
}
