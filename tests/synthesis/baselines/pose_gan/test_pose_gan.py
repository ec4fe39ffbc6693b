import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.baselines.pose_gan import pose_check
from synthesis.baselines.pose_gan.pose_check import YawRuler, check_poses
from synthesis.baselines.pose_gan.pose_pictures import PosePictures, pose_batches
from synthesis.baselines.pose_gan.training import PoseGanOptions, PoseGanTraining


@pytest.fixture
def folder(tmp_path):
    lines = ["file,yaw"]
    for number in range(6):
        Image.fromarray(np.full((80, 80, 3), 40 * number, np.uint8)).save(
            tmp_path / f"{number}.png"
        )
        lines.append(f"{number}.png,{30 * number - 75}")
    (tmp_path / "poses.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_pictures_and_batches(folder):
    pictures = PosePictures.read(folder, 64)
    assert pictures.images.shape == (6, 64, 64, 3)
    np.testing.assert_array_equal(pictures.yaws, [-75, -45, -15, 15, 45, 75])
    batches = list(pose_batches(pictures, 3, seed=0, first_step=0).take(4).as_numpy_iterator())
    for epoch in (batches[:2], batches[2:]):
        yaws = np.concatenate([batch["yaws"] for batch in epoch])
        assert sorted(yaws) == [-75, -45, -15, 15, 45, 75]
        levels = np.concatenate([batch["images"][:, 0, 0, 0] for batch in epoch])
        np.testing.assert_array_equal(levels / 40 * 30 - 75, yaws)
    (later,) = pose_batches(pictures, 3, 0, first_step=3).take(1).as_numpy_iterator()
    np.testing.assert_array_equal(later["yaws"], batches[3]["yaws"])
    with pytest.raises(InputError, match="a batch of 3 does not divide among 2 devices"):
        pose_batches(pictures, 3, 0, 0, replicas=2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0.png,90", "line 2: yaw is '90'; it must be a number from -75 to 75"),
        ("0.png,nan", "line 2: yaw is 'nan'; it must be a number"),
        (",3", "line 2: it names no file"),
        ("../x.png,3", "line 2: ../x.png is outside the folder"),
        ("none.png,3", "none.png does not exist"),
    ],
)
def test_tables_that_are_refused(folder, line, message):
    (folder / "poses.csv").write_text(f"file,yaw\n{line}\n")
    with pytest.raises(InputError, match=message):
        PosePictures.read(folder, 64)


def test_folders_that_are_refused(folder, tmp_path):
    (folder / "poses.csv").write_text("file,yaw\n")
    with pytest.raises(InputError, match="lists no pictures"):
        PosePictures.read(folder, 64)
    (folder / "poses.csv").unlink()
    with pytest.raises(InputError, match=r"holds no poses\.csv with the columns file and yaw"):
        PosePictures.read(folder, 64)


@pytest.fixture(scope="module")
def training():
    tf.keras.utils.set_random_seed(0)
    return PoseGanTraining(PoseGanOptions(width=2, batch_size=4))


def test_a_clip_turns_one_face(training):
    clips = training.generate([3, 4], frames=3)
    assert clips.shape == (2, 3, 64, 64, 3)
    faces = training.draw([4, 4, 4], [-75, 0, 75])
    np.testing.assert_allclose(clips[1], faces, atol=1e-6)
    assert np.abs(faces[0] - faces[2]).max() > 1e-6
    with pytest.raises(InputError, match="knows yaws from -75 to 75"):
        training.draw([0], [80])
    with pytest.raises(InputError, match="has no classes"):
        training.generate([0], labels=[1])


def test_the_pose_can_be_learnt(training):
    """The critic learns to read a pose that is drawn plainly: a bright bar that moves."""
    yaws = np.linspace(-75, 75, 8).astype(np.float32)
    images = np.zeros((8, 64, 64, 3), np.uint8)
    for image, yaw in zip(images, yaws, strict=True):
        place = int((yaw + 75) / 150 * 56)
        image[:, place : place + 8] = 255
    batch = {"images": tf.constant(images), "yaws": tf.constant(yaws)}
    step = tf.function(training.step)
    losses = [step(batch, tf.constant([0, number])) for number in range(60)]
    first, last = (
        np.mean([loss["pose_real"] for loss in part]) for part in (losses[:5], losses[-5:])
    )
    assert last < 0.5 * first


def test_check_of_poses(monkeypatch):
    """Faces are stood for by their brightness, which a made-up detector reads as the proxy."""

    def proxies(images, detector):
        level = images.mean(axis=(1, 2, 3)) / 255 - 0.5
        return np.where(level > 0.45, np.nan, level)

    monkeypatch.setattr(pose_check, "yaw_proxies", proxies)
    yaws = np.linspace(-60, 60, 12)
    images = (255 * (0.5 + yaws / 200))[:, None, None, None] * np.ones((1, 4, 4, 3))
    ruler = YawRuler.fit(images, yaws)
    assert (ruler.slope, ruler.offset) == (pytest.approx(200), pytest.approx(0, abs=1e-6))
    assert ruler.error == pytest.approx(0, abs=1e-6)

    def draw(seeds, asked):  # 10° too far to the right, and no face beyond 80°
        turned = np.asarray(asked, float)[:, None, None, None] + 10
        return 2 * turned / 200 * np.ones((len(seeds), 4, 4, 3))

    report = check_poses(draw, ruler, [-30, 0, 30, 85], faces=3)
    assert [row["asked"] for row in report["by_yaw"]] == [-30, 0, 30, 85]
    for row in report["by_yaw"][:3]:
        assert row["measured"] == pytest.approx(row["asked"] + 10, abs=1)
        assert row["frames_with_face"] == 1
    assert report["by_yaw"][3] == {"asked": 85, "measured": None, "frames_with_face": 0}
    assert report["mean_error"] == pytest.approx(10, abs=1)
    assert report["correlation"] == pytest.approx(1, abs=1e-3)
    assert report["frames_with_face"] == 0.75
    with pytest.raises(InputError, match="2 of 2 faces of known yaw were found; it takes 10"):
        YawRuler.fit(images[:2], yaws[:2])


def test_proxies_of_faces():
    blank = np.zeros((2, 64, 64, 3), np.uint8)
    assert np.isnan(pose_check.yaw_proxies(blank)).all()
