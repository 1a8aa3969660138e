"""A room or a street in Blender with one person in it, for `render_people.py`.

Blender's axes: x to the person's left, y to their back, z up; everything here takes the person's
own, x left, y up, z forward. Sizes and colours are guesses.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import bpy
import numpy as np
from body import Floats
from bpy_extras.object_utils import world_to_camera_view
from dressed import Surface
from mathutils import Vector

OUTDOORS = 0.2
SENSOR_MM = 36.0
COVERED_FACE_M, COVERED_LIMB_M = 0.05, 0.13
"""A joint is out of sight if something is so far in front of it; limbs lie deeper in the body."""
FACE = range(5)
Size = tuple[int, int]


class Scene:
    """Draws one person."""

    def __init__(self, rng: np.random.Generator, ground: float, samples: int) -> None:
        self.rng, self.ground = rng, ground
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._scene = bpy.context.scene
        self.outdoors = bool(rng.random() < OUTDOORS)
        self._cycles(samples)
        self._light()
        self._surround()
        camera = bpy.data.cameras.new("camera")
        self._camera = bpy.data.objects.new("camera", camera)
        bpy.context.collection.objects.link(self._camera)
        self._scene.camera = self._camera

    def add(self, surface: Surface) -> None:
        """Add a part of the person."""
        mesh = bpy.data.meshes.new(surface.part)
        mesh.from_pydata(_blender(surface.vertices).tolist(), [], surface.faces)
        mesh.uv_layers.new(name="uv").data.foreach_set("uv", surface.uv.astype("f").ravel())
        mesh.update()
        mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
        material, principled = self._material((1, 1, 1), 0.5 if surface.part == "skin" else 0.8)
        tree = material.node_tree
        picture = tree.nodes.new("ShaderNodeTexImage")
        picture.image = bpy.data.images.load(str(surface.texture), check_existing=True)
        tint = tree.nodes.new("ShaderNodeHueSaturation")
        if surface.part in ("clothes", "shoes", "hair"):
            tint.inputs["Hue"].default_value = (
                self.rng.random() if surface.part == "clothes" else 0.5
            )
            tint.inputs["Saturation"].default_value = self.rng.uniform(0.4, 1.2)
            tint.inputs["Value"].default_value = self.rng.uniform(0.5, 1.6)
        tree.links.new(picture.outputs["Color"], tint.inputs["Color"])
        tree.links.new(tint.outputs["Color"], principled.inputs["Base Color"])
        if surface.part in ("hair", "brows", "eyes"):
            tree.links.new(picture.outputs["Alpha"], principled.inputs["Alpha"])
        mesh.materials.append(material)
        bpy.context.collection.objects.link(bpy.data.objects.new(surface.part, mesh))

    def seat(self, hip: Floats, top: float, back: float) -> str:
        """Put a stool, a bench, a chair or an armchair under the hips; return which."""
        kind = str(self.rng.choice(["stool", "bench", "chair", "chair", "office", "armchair"]))
        colour, x, z = self._colour(0.03, 0.6), float(hip[0]), float(hip[2]) + 0.06
        wide = {"bench": 1.2, "armchair": 0.6, "stool": 0.36}.get(kind, 0.44)
        deep = min(0.46, z + 0.22 - back)
        solid = kind == "armchair" or self.rng.random() < 0.2
        under = top - 0.06 - self.ground
        self._box((x, top - 0.03, z), (wide, 0.06, deep), colour)
        if solid:
            self._box((x, top - 0.06 - under / 2, z), (wide, under, deep), colour)
        elif kind == "office":
            self._box((x, top - 0.06 - under / 2, z), (0.06, under, 0.06), (0.02,) * 3)
            for size in ((0.5, 0.05, 0.08), (0.08, 0.05, 0.5)):
                self._box((x, self.ground + 0.05, z), size, (0.02,) * 3)
        else:
            for left, ahead in product((-1, 1), (-1, 1)):
                across, along = left * (wide / 2 - 0.03), ahead * (deep / 2 - 0.03)
                middle = (x + across, top - 0.06 - under / 2, z + along)
                self._box(middle, (0.04, under, 0.04), colour)
        if kind in ("chair", "office", "armchair"):
            high = float(self.rng.uniform(0.35, 0.65))
            self._box((x, top + high / 2, back - 0.04), (wide, high, 0.05), colour)
        if kind == "armchair":
            for left in (-1, 1):
                arm = (x + left * (wide / 2 + 0.06), (top + 0.2 + self.ground) / 2, z)
                self._box(arm, (0.1, top + 0.2 - self.ground, deep), colour)
        return kind

    def table(self, near: float, top: float, closed: bool) -> None:
        """Put a table before the person, with a screen now and then."""
        wide, deep = float(self.rng.uniform(1.0, 1.6)), float(self.rng.uniform(0.5, 0.8))
        colour, high = self._colour(0.05, 0.8), top - self.ground
        self._box((0, top - 0.015, near + deep / 2), (wide, 0.03, deep), colour)
        for left in (-1, 1):
            side = (left * (wide / 2 - 0.03), self.ground + high / 2, near + deep / 2)
            self._box(side, (0.04, high, deep if closed else 0.06), colour)
        if closed:
            self._box((0, self.ground + high / 2, near + deep), (wide, high, 0.03), colour)
        if self.rng.random() < 0.5:  # a screen, or a laptop
            tall = float(self.rng.choice([0.2, 0.34]))
            place = (float(self.rng.normal(0, 0.15)), top + 0.03 + tall / 2, near + deep * 0.7)
            self._box(place, (tall * 1.6, tall, 0.03), (0.02, 0.02, 0.025))

    def aim(self, points: Floats, yaw_deg: float, size: Size, shot: Mapping[str, float]) -> None:
        """Look at points from a side, as `any_view_cameras.seen` counts them, filling the picture.

        0 degrees is from the front, 90 shows the person facing right. A shot has `lens_mm`, `fill`,
        `above_deg` and `roll_deg`.
        """
        self._scene.render.resolution_x, self._scene.render.resolution_y = size
        self._camera.data.lens, self._camera.data.sensor_width = shot["lens_mm"], SENSOR_MM
        yaw, above = np.radians(yaw_deg), np.radians(shot["above_deg"])
        level = np.cos(above)
        towards = np.array([-np.sin(yaw) * level, np.sin(above), np.cos(yaw) * level])
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        across = (points - middle) @ np.array([np.cos(yaw), 0, np.sin(yaw)])
        sides = np.array([np.abs(across).max(), np.ptp(points[:, 1]) / 2])
        half = SENSOR_MM / 2 / shot["lens_mm"] * np.array(size) / max(size)
        distance = float((sides / shot["fill"] / half).max()) + 0.3
        place = Vector(_blender(middle + distance * towards))
        self._camera.location = place
        look = Vector(_blender(middle)) - place
        self._camera.rotation_euler = look.to_track_quat("-Z", "Y").to_euler()
        self._camera.rotation_euler.rotate_axis("Z", float(np.radians(shot["roll_deg"])))
        self._scene.view_settings.exposure = float(self.rng.uniform(-1.6, 0.6))
        bpy.context.view_layer.update()

    def project(self, points: Floats) -> list[list[float]]:
        """Return where points are in the picture, pixels, y down."""
        width, height = self._scene.render.resolution_x, self._scene.render.resolution_y
        flat = [
            world_to_camera_view(self._scene, self._camera, Vector(p)) for p in _blender(points)
        ]
        return [[q.x * width, (1 - q.y) * height] for q in flat]

    def in_sight(self, points: Floats) -> list[bool]:
        """Return which joints nothing hides, not even the person; pictures do not end here."""
        graph, eye = bpy.context.evaluated_depsgraph_get(), self._camera.location
        result = []
        for number, point in enumerate(_blender(points)):
            ray = Vector(point) - eye
            hit, place, *_ = self._scene.ray_cast(graph, eye, ray.normalized())
            room = COVERED_FACE_M if number in FACE else COVERED_LIMB_M
            result.append(not hit or ray.length - (place - eye).length < room)
        return result

    def render(self, file: Path) -> None:
        """Draw the picture."""
        self._scene.render.filepath = str(file)
        bpy.ops.render.render(write_still=True)

    def _cycles(self, samples: int) -> None:
        self._scene.render.engine = "CYCLES"
        cycles = self._scene.cycles
        cycles.device, cycles.samples, cycles.use_adaptive_sampling = "CPU", samples, False
        cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
        cycles.denoising_quality, cycles.max_bounces, cycles.diffuse_bounces = "FAST", 3, 1
        render = self._scene.render
        render.threads_mode, render.threads = "FIXED", 1
        render.use_persistent_data = True
        render.image_settings.file_format, render.image_settings.quality = "JPEG", 88

    def _light(self) -> None:
        world = bpy.data.worlds.new("world")
        self._scene.world, world.use_nodes = world, True
        strength = self.rng.uniform(0.6, 1.2) if self.outdoors else self.rng.uniform(0.3, 0.8)
        colour, bright = world.node_tree.nodes["Background"].inputs[:2]
        colour.default_value = (*self._colour(0.7, 1.0, 0.2), 1)
        bright.default_value = float(strength)
        for _ in range(int(self.rng.integers(1, 4))):
            light = bpy.data.lights.new("light", "AREA")
            light.energy, light.size = self.rng.uniform(60, 260), self.rng.uniform(0.3, 1.8)
            lamp = bpy.data.objects.new("light", light)
            bpy.context.collection.objects.link(lamp)
            x, z = self.rng.uniform(-2.5, 2.5, 2)
            lamp.location = _blender(np.array([x, self.ground + self.rng.uniform(2.0, 2.7), z]))
            aim = Vector((0, 0, self.ground + 0.9)) - lamp.location
            lamp.rotation_euler = aim.to_track_quat("-Z", "Y").to_euler()

    def _surround(self) -> None:
        """Build a floor with things around, and walls if it is a room."""
        half = float(self.rng.uniform(4.5, 6.5))
        floor = (60.0, 0.02, 60.0) if self.outdoors else (2 * half, 0.02, 2 * half)
        self._box((0, self.ground - 0.01, 0), floor, self._colour(0.08, 0.6, 0.4), tiled=True)
        wall = self._colour(0.35, 0.9, 0.25)
        for ahead, left in ((1, 0), (-1, 0), (0, 1), (0, -1)) if not self.outdoors else ():
            size = (2 * half if ahead else 0.1, 2.8, 2 * half if left else 0.1)
            place = (left * half, self.ground + 1.4, ahead * half)
            self._box(place, size, wall, tiled=self.rng.random() < 0.25)
        for _ in range(int(self.rng.integers(10, 28))):
            angle = self.rng.uniform(0, 2 * np.pi)
            away = self.rng.uniform(6, 14) if self.outdoors else half - self.rng.uniform(0.1, 0.6)
            toward = np.array([np.sin(angle), np.cos(angle)])
            x, z = away * toward / np.abs(toward).max()
            size = self.rng.uniform([0.3, 0.3, 0.05], [1.4, 2.0, 0.5])
            size *= 2.5 if self.outdoors else 1
            on_floor = self.outdoors or self.rng.random() < 0.6
            y = self.ground + (size[1] / 2 if on_floor else self.rng.uniform(1.3, 1.9))
            self._box((x, y, z), tuple(size), self._colour(0.03, 0.9, 0.8), self.rng.random() < 0.3)

    def _box(
        self,
        middle: tuple[float, ...],
        size: tuple[float, ...],
        colour: tuple[float, ...],
        tiled: bool = False,
    ) -> None:
        x, y, z = size
        bpy.ops.mesh.primitive_cube_add(size=1, location=_blender(np.array(middle)))
        bpy.context.object.scale = (x, z, y)
        material, principled = self._material(colour, float(self.rng.uniform(0.3, 0.9)))
        if tiled:
            tree, tiles = material.node_tree, material.node_tree.nodes.new("ShaderNodeTexBrick")
            tiles.inputs["Scale"].default_value = float(self.rng.uniform(4, 40))
            tiles.inputs["Color1"].default_value = (*colour, 1)
            tiles.inputs["Color2"].default_value = (*(0.7 * c for c in colour), 1)
            tiles.inputs["Mortar"].default_value = (*(0.5 * c for c in colour), 1)
            tree.links.new(tiles.outputs["Color"], principled.inputs["Base Color"])
        bpy.context.object.data.materials.append(material)

    def _material(
        self, colour: tuple[float, ...], rough: float
    ) -> tuple[bpy.types.Material, bpy.types.Node]:
        material = bpy.data.materials.new("material")
        material.use_nodes = True
        principled = material.node_tree.nodes["Principled BSDF"]
        principled.inputs["Base Color"].default_value = (*colour, 1)
        principled.inputs["Roughness"].default_value = rough
        return material, principled

    def _colour(self, dark: float, light: float, most: float = 0.5) -> tuple[float, ...]:
        rng = self.rng
        return colorsys.hsv_to_rgb(rng.random(), rng.random() * most, rng.uniform(dark, light))


def _blender(points: Floats) -> Floats:
    """Return points of the person's axes in Blender's."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], -1)
