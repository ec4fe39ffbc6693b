"""Draws faces with OpenGL, on Mesa's software rasteriser where there is no GPU.

TensorFlow and Mesa each bring an LLVM and crash when both are loaded: a process that renders must
not import TensorFlow. `workers.render_faces` sees to that.
"""

import dataclasses

import moderngl
import numpy as np
from PIL import Image

from encoder.rendered_faces.head.assets import RendererAssets, find_assets
from encoder.rendered_faces.head.geometry.framing import CAMERA_DISTANCE, FOCAL
from encoder.rendered_faces.head.head_model import (
    HeadModel,
    PosedHead,
)
from encoder.rendered_faces.head.labels import FaceLabels, Region
from encoder.rendered_faces.head.parameters import Face, read_vector
from encoder.rendered_faces.head.shading.lighting import (
    Lighting,
    light_directions,
    light_frame,
    make_lighting,
)
from encoder.rendered_faces.head.shading.programs import (
    compile_programs,
    set_textures,
    set_uniforms,
)
from encoder.rendered_faces.head.shading.skins import HEAD_CROP, SKIN_SIZE
from encoder.rendered_faces.head.shading.strand_buffers import StrandBuffers
from encoder.rendered_faces.head.shading.surface_buffers import SurfaceBuffers
from encoder.rendered_faces.head.shading.textures import (
    read_texture,
    sample_texture,
    skin_noise,
    strand_textures,
)
from stylegan_tf.errors import InputError

_TILE, _TILES = 112, (8, 3)  # of the atlas of the dome's shadow maps, pixels
_KEY_SHADOW = 1024
_LIGHT_RADIUS = 2.0  # decimetres that a shadow map shows around the head's centre
_SKIN_ENLARGED = 2
_IRISES = ("blue", "green", "grey", "brownlight", "brown")  # the order of Person.iris
_BROWN_GAIN = np.array([0.62, 0.72, 0.9, 1])  # MakeHuman's brown is pale
_UNITS = {
    "skin": 0, "noise": 1, "dome": 2, "key_shadow": 3, "strands": 4, "iris": 5, "picture": 6,
    "body": 7,
}  # fmt: skip
_SUPERSAMPLED = 256  # up to this size pictures are drawn at twice the size, above with 4 samples
_ALPHA_TO_COVERAGE = 0x809E  # GL_SAMPLE_ALPHA_TO_COVERAGE
_CUTOFF = 0.35


class HeadRenderer:
    """Draws face vectors; takes some seconds to start, and keeps an OpenGL context."""

    def __init__(
        self, assets: RendererAssets | None = None, model: HeadModel | None = None
    ) -> None:
        """Reads the assets and prepares the GPU.

        Raises:
          InputError: there are no assets, or OpenGL 4.3 cannot be had.
        """
        assets = assets or find_assets()
        self.model = model or HeadModel(assets)
        try:
            # moderngl declares `backend` to be a dict, and takes the name.
            self._context = moderngl.create_standalone_context(
                backend="egl",  # type: ignore[arg-type]
                require=430,
            )
        except Exception as error:  # moderngl raises bare Exception
            raise InputError(
                f"OpenGL 4.3 over EGL is not available ({error}); on Debian: "
                "apt install libegl1 libgl1-mesa-dri"
            ) from error
        self._programs = compile_programs(self._context)
        for program in self._programs.values():
            set_textures(program, _UNITS)
        self._make_textures(assets)
        self._make_shadow_maps()
        self._make_buffers()
        self._targets: dict[tuple[int, int], tuple] = {}

    def render(self, vector: np.ndarray, size: int) -> np.ndarray:
        """A picture, uint8 [size, size, 3], framed as FFHQ frames faces.

        Args:
          vector: [NUM_PARAMETERS], see `parameters`.
          size: side in pixels, 64 or more.
        """
        face = read_vector(vector)
        return self._draw(face, self._prepare(face), size)

    def render_labelled(self, vector: np.ndarray, size: int) -> tuple[np.ndarray, FaceLabels]:
        """A picture and what is known about it."""
        face = read_vector(vector)
        posed = self._prepare(face)
        image = self._draw(face, posed, size)
        regions = self._draw_regions(face, posed, size)
        return image, FaceLabels(posed.framing.pixels(posed.landmarks, size), regions)

    # What is made once.

    def _make_textures(self, assets: RendererAssets) -> None:
        context = self._context
        mipmapped = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)

        def texture(array: np.ndarray) -> moderngl.Texture:
            pixels = _to_bytes(array)
            made = context.texture((array.shape[1], array.shape[0]), array.shape[2], pixels)
            made.build_mipmaps()
            made.filter = mipmapped
            return made

        def texture_array(layers: np.ndarray) -> moderngl.TextureArray:
            count, height, width, channels = layers.shape
            made = context.texture_array((width, height, count), channels, _to_bytes(layers))
            made.build_mipmaps()
            made.filter = mipmapped
            return made

        irises = []
        for name in _IRISES:
            path = assets.proxy_texture("eyes", "HighPolyEyes", f"{name}_eye.png")
            irises.append(read_texture(path, "RGBA", 512) * (_BROWN_GAIN if name == "brown" else 1))
        self._iris_alpha = irises[0][..., 3:]
        self._iris = texture_array(np.stack(irises))
        self._strand_texture = texture_array(strand_textures() / 255)
        self._strand_texture.repeat_x = self._strand_texture.repeat_y = False
        self._noise = texture(skin_noise() / 255)
        pictures = {
            "teeth": ("teeth", "Teeth_Base", "teeth.png"),
            "tongue": ("tongue", "tongue01", "tongue01_diffuse.png"),
        }
        self._pictures = {
            name: texture(read_texture(assets.proxy_texture(*where), "RGB"))
            for name, where in pictures.items()
        }
        for kind, folder in (("male_lashes", "Eyelashes01"), ("female_lashes", "eyelashes02")):
            (path,) = assets.proxy_texture("eyelashes", folder, "x").parent.glob("*.png")
            self._pictures[kind] = texture(read_texture(path, "RGBA", 512))
        left, bottom, right, top = HEAD_CROP
        self._skin_size = ((right - left) * _SKIN_ENLARGED, (top - bottom) * _SKIN_ENLARGED)
        self._skin = context.texture(self._skin_size, 3)
        self._body = context.texture((SKIN_SIZE, SKIN_SIZE), 3)
        self._skin.filter = self._body.filter = mipmapped
        self._person: tuple | None = None  # whose skin is in the textures

    def _make_shadow_maps(self) -> None:
        self._dome_map, self._dome_target = self._depth_map(_TILE * _TILES[0], _TILE * _TILES[1])
        self._key_map, self._key_target = self._depth_map(_KEY_SHADOW, _KEY_SHADOW)
        self._directions = light_directions()
        frames = [light_frame(direction) for direction in self._directions]
        self._rights, self._ups = (np.array(x) for x in zip(*frames, strict=True))

    def _depth_map(self, width: int, height: int) -> tuple[moderngl.Texture, moderngl.Framebuffer]:
        texture = self._context.depth_texture((width, height))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture, self._context.framebuffer(depth_attachment=texture)

    def _make_buffers(self) -> None:
        context, mesh, masks = self._context, self.model.mesh, self.model.masks
        programs = self._programs
        self._mask_columns = np.stack(
            [masks[name] for name in
             ("lips", "cheek", "oil", "lips", "freckles", "forehead", "nose", "lips")], axis=1,
        )  # fmt: skip
        rest = np.stack(
            [mesh.rest[:, 0], mesh.rest[:, 1], masks["beard"], masks["painted"]], axis=1
        )
        self._surfaces = {
            "skin": SurfaceBuffers(context, programs, mesh.skin, rest),
            "coarse": SurfaceBuffers(context, programs, mesh.coarse),
        }
        self._surfaces |= {
            name: SurfaceBuffers(context, programs, part) for name, part in mesh.parts.items()
        }
        # Cloth can only be where the rest lies low; the cornea is where the iris is transparent.
        skin, eyes = mesh.skin.triangles, mesh.parts["eyes"].triangles
        self._surfaces["skin"].add_subset("cloth", mesh.rest[skin][:, :, 1].min(axis=1) < -2.2)
        alpha = sample_texture(self._iris_alpha, mesh.parts["eyes"].uv)[:, 0]
        self._surfaces["eyes"].add_subset("cornea", alpha[eyes].mean(axis=1) < 0.5)
        self._strands = StrandBuffers(context, programs)
        corners = np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32)
        self._background = context.vertex_array(
            programs["background"], [(context.buffer(corners.tobytes()), "2f", "corner")]
        )

    # What is made for every picture.

    def _prepare(self, face: Face) -> PosedHead:
        """Poses a face, hands it to the GPU, and lights its vertices."""
        posed = self.model.pose(face)
        for name, (positions, normals) in posed.surfaces.items():
            self._surfaces[name].write(positions, normals)
        masks = self._mask_columns.copy()
        masks[:, 0], masks[:, 7] = posed.scalp, posed.brows
        self._surfaces["skin"].write_masks(masks)
        self._strands.write(posed.strands, face.hair.curl)
        self._write_skin(face)
        lighting = make_lighting(face.light)
        self._set_uniforms(face, posed, lighting)
        self._draw_shadows(lighting)
        self._dome_map.use(_UNITS["dome"])
        program = self._programs["vertex_light"]
        for name, surface in self._surfaces.items():
            if name != "coarse":
                wrap = (0.28, 0.14, 0.08) if name == "skin" else (0.1,) * 3
                set_uniforms(program, wrap=wrap)
                surface.light_vertices()
        set_uniforms(program, wrap=(0.35,) * 3)
        self._strands.light_vertices()
        return posed

    def _write_skin(self, face: Face) -> None:
        key = dataclasses.astuple(face.person)
        if key == self._person:
            return
        self._person = key
        skin = self.model.skins.blend(face.person)
        pixels = (np.clip(skin, 0, 1) * 255).astype(np.uint8)
        self._body.write(pixels.tobytes())
        enlarged = Image.fromarray(pixels).resize(
            self._skin_size, Image.Resampling.BICUBIC, box=HEAD_CROP
        )
        self._skin.write(np.asarray(enlarged).tobytes())
        for texture in (self._body, self._skin):
            texture.build_mipmaps()
        rest = self.model.mesh.rest
        forehead = (np.abs(rest[:, 0]) < 0.5) & (np.abs(rest[:, 1] - 0.8) < 0.15)
        forehead &= rest[:, 2] > -0.3
        colour = sample_texture(skin, self.model.mesh.skin.uv[forehead]).mean(axis=0) ** 2.2
        set_uniforms(self._programs["skin"], forehead_colour=colour)

    def _set_uniforms(self, face: Face, posed: PosedHead, lighting: Lighting) -> None:
        person, hair = face.person, face.hair
        colour = np.array(hair.colour)
        greyed = colour * (1 - hair.grey) + 0.16 * hair.grey
        brow = colour * (0.95 - 0.45 * hair.brow_dark) * (1 - hair.grey) + 0.1 * hair.grey
        left, bottom, right, top = np.array(HEAD_CROP) / SKIN_SIZE
        units = posed.units
        squint = max(units["cheekSquintLeft"], units["eyeSquintLeft"])
        frown = max(0.0, units["browDownLeft"] - 0.5 * units["browInnerUp"])
        key_right, key_up = light_frame(lighting.key_direction)
        values = {
            "turn": posed.framing.turn, "shift": posed.framing.shift,
            "focal": FOCAL, "camera": CAMERA_DISTANCE,
            "dome_direction": self._directions, "dome_right": self._rights, "dome_up": self._ups,
            "dome_colour": lighting.colours, "dome_radius": _LIGHT_RADIUS,
            "key_direction": lighting.key_direction, "key_colour": lighting.key_colour,
            "fill_direction": lighting.fill_direction, "fill_colour": lighting.fill_colour,
            "rim_direction": lighting.rim_direction, "rim_colour": lighting.rim_colour,
            "key_right": key_right, "key_up": key_up, "key_radius": _LIGHT_RADIUS,
            "softness": lighting.softness,
            "crop": (left, bottom, right - left, top - bottom),
            "melanin": person.melanin, "redness": person.redness, "freckles": person.freckles,
            "oil": person.oil, "lip_colour": person.lip_colour, "stubble": hair.stubble,
            "beard": hair.beard, "hair_colour": greyed, "brow_colour": brow, "grey": hair.grey,
            "wrinkles": (
                units["browInnerUp"] * (0.35 + 0.65 * person.age),
                frown * 0.8 + 0.25 * person.age,
                units["noseSneerLeft"],
                squint * (0.2 + 0.8 * person.age),
            ),
            "inflate": 0.0, "cutoff": _CUTOFF,
        }  # fmt: skip
        for program in self._programs.values():
            set_uniforms(program, **values)

    def _draw_shadows(self, lighting: Lighting) -> None:
        context, program = self._context, self._programs["depth"]
        context.enable_only(moderngl.DEPTH_TEST)
        self._dome_target.clear()
        self._dome_target.use()
        for index, direction in enumerate(self._directions):
            column, row = index % _TILES[0], index // _TILES[0]
            self._dome_target.viewport = (column * _TILE, row * _TILE, _TILE, _TILE)
            self._dome_target.scissor = self._dome_target.viewport
            set_uniforms(
                program, direction=direction, right=self._rights[index], up=self._ups[index],
                radius=_LIGHT_RADIUS,
            )  # fmt: skip
            self._surfaces["coarse"].draw_depth()
            self._strands.draw_depth(every=9)
        self._dome_target.scissor = None  # type: ignore[assignment]
        self._key_target.clear()
        self._key_target.use()
        right, up = light_frame(lighting.key_direction)
        set_uniforms(
            program, direction=lighting.key_direction, right=right, up=up, radius=_LIGHT_RADIUS
        )
        for name in ("skin", "eyes", "teeth"):
            self._surfaces[name].draw_depth()
        self._strands.draw_depth(every=2)

    def _draw(self, face: Face, posed: PosedHead, size: int) -> np.ndarray:
        context = self._context
        factor = 2 if size <= _SUPERSAMPLED else 1
        samples = 1 if factor > 1 else 4
        side = size * factor
        target, resolved = self._target(side, samples)
        for program in self._programs.values():
            set_uniforms(program, detail=min(1.0, 0.35 + 0.65 * side / 1024))
        target.use()
        target.clear()
        context.disable(moderngl.DEPTH_TEST)
        bottom, top = face.scene.background[1], face.scene.background[0]
        set_uniforms(self._programs["background"], top=top, bottom=bottom)
        self._background.render(moderngl.TRIANGLE_STRIP)
        context.enable(moderngl.DEPTH_TEST)
        self._bind_textures()
        self._draw_skin_depth(target)
        self._draw_strands(samples)
        self._draw_surfaces(face)
        self._draw_transparent(face, target)
        context.copy_framebuffer(resolved, target)
        pixels = np.frombuffer(resolved.read(components=3, alignment=1), np.uint8)
        pixels = pixels.reshape(side, side, 3)[::-1]
        if factor > 1:
            wide = pixels.astype(np.uint16)
            total = wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2]
            pixels = ((total + 2) // 4).astype(np.uint8)
        return np.ascontiguousarray(pixels)

    def _bind_textures(self) -> None:
        for name, texture in (
            ("skin", self._skin), ("body", self._body), ("noise", self._noise),
            ("dome", self._dome_map), ("key_shadow", self._key_map),
            ("strands", self._strand_texture), ("iris", self._iris),
        ):  # fmt: skip
            texture.use(_UNITS[name])

    def _draw_skin_depth(self, target: moderngl.Framebuffer) -> None:
        # Hair behind the head and skin below hair then cost no shading.
        target.color_mask = False, False, False, False
        set_uniforms(self._programs["label"], mode=0.0, inflate=0.0)
        self._surfaces["skin"].draw("label")
        target.color_mask = True, True, True, True
        self._context.depth_func = "<="

    def _draw_strands(self, samples: int) -> None:
        if samples > 1:
            self._context.enable_direct(_ALPHA_TO_COVERAGE)
        self._strands.draw("strands")
        if samples > 1:
            self._context.disable_direct(_ALPHA_TO_COVERAGE)

    def _draw_surfaces(self, face: Face) -> None:
        self._surfaces["skin"].draw("skin")
        set_uniforms(
            self._programs["cloth"], shirt=face.scene.shirt, collar=face.scene.collar, inflate=0.06
        )
        self._surfaces["skin"].draw("cloth", subset="cloth")
        set_uniforms(self._programs["eye"], iris_weights=face.person.iris, cornea=0.0)
        self._surfaces["eyes"].draw("eye")
        for name, gain, roughness in (
            ("teeth", (1.45, 1.36, 1.2), 0.3),
            ("tongue", (0.75, 0.58, 0.58), 0.45),
        ):
            self._pictures[name].use(_UNITS["picture"])
            set_uniforms(self._programs["mouth"], gain=gain, roughness=roughness)
            self._surfaces[name].draw("mouth")

    def _draw_transparent(self, face: Face, target: moderngl.Framebuffer) -> None:
        context = self._context
        target.depth_mask = False
        context.enable(moderngl.BLEND)
        context.blend_func = moderngl.ONE, moderngl.ONE
        set_uniforms(self._programs["eye"], cornea=1.0)
        self._surfaces["eyes"].draw("eye", subset="cornea")
        context.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        sex = face.person.sex
        for name, strength in (("male_lashes", 0.4 * sex), ("female_lashes", 0.55 * (1 - sex))):
            if strength > 0.02:
                self._pictures[name].use(_UNITS["picture"])
                set_uniforms(self._programs["lashes"], strength=strength)
                self._surfaces[name].draw("lashes")
        context.disable(moderngl.BLEND)
        target.depth_mask = True

    def _draw_regions(self, face: Face, posed: PosedHead, size: int) -> np.ndarray:
        target, _ = self._target(size, 1)
        target.use()
        target.clear()
        self._context.enable_only(moderngl.DEPTH_TEST)
        self._bind_textures()
        program = self._programs["label"]
        set_uniforms(self._programs["strand_label"], class_value=Region.HAIR / 255)
        self._strands.draw("strand_label")
        for name, subset, region, mode, inflate in (
            ("skin", None, Region.SKIN, 0.0, 0.0),
            ("skin", "cloth", Region.CLOTH, 1.0, 0.06),
            ("eyes", None, Region.EYE, 2.0, 0.0),
            ("teeth", None, Region.MOUTH, 0.0, 0.0),
            ("tongue", None, Region.MOUTH, 0.0, 0.0),
        ):
            set_uniforms(
                program, class_value=region / 255, mode=mode, inflate=inflate,
                collar=face.scene.collar,
            )  # fmt: skip
            self._surfaces[name].draw("label", subset=subset)
        set_uniforms(program, inflate=0.0)
        pixels = np.frombuffer(target.read(components=1, alignment=1), np.uint8)
        return np.ascontiguousarray(pixels.reshape(size, size)[::-1])

    def _target(self, side: int, samples: int) -> tuple[moderngl.Framebuffer, moderngl.Framebuffer]:
        """A framebuffer to draw on and one to read from."""
        if (side, samples) not in self._targets:
            context, count = self._context, samples if samples > 1 else 0
            self._targets[side, samples] = (
                context.framebuffer(
                    context.renderbuffer((side, side), 4, samples=count),
                    context.depth_renderbuffer((side, side), samples=count),
                ),
                context.framebuffer(context.renderbuffer((side, side), 4)),
            )
        return self._targets[side, samples]


def _to_bytes(array: np.ndarray) -> bytes:
    return np.ascontiguousarray((np.clip(array, 0, 1) * 255).astype(np.uint8)).tobytes()
