package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.app.image.PictureReader.Reading;

class PictureReaderTest {
  private static final byte[] PNG =
      Images.encode(Images.gradient(8, 6, BufferedImage.TYPE_INT_RGB), "png");
  private static final byte[] JPEG =
      Images.encode(Images.gradient(24, 16, BufferedImage.TYPE_INT_RGB), "jpeg");

  @TempDir Path folder;

  private static void assertSame(Picture picture, BufferedImage expected) {
    assertThat(picture.width()).isEqualTo(expected.getWidth());
    assertThat(picture.height()).isEqualTo(expected.getHeight());
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        assertThat(picture.rgb(x, y)).isEqualTo(expected.getRGB(x, y) & 0xffffff);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void losslessFormatsKeepTheirBytes(String format) {
    BufferedImage image = Images.gradient(4, 3, BufferedImage.TYPE_INT_RGB);
    Reading reading = PictureReader.read(Images.encode(image, format), "x." + format);
    assertSame(reading.picture(), image);
    assertThat(reading.notes()).isEmpty();
    assertThat(reading.format()).isEqualToIgnoringCase(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpeg"})
  void onePixelIsAPicture(String format) {
    Picture picture =
        PictureReader.read(
                Images.encode(Images.gradient(1, 1, BufferedImage.TYPE_INT_RGB), format), "x")
            .picture();
    assertThat(picture.width() * picture.height()).isEqualTo(1);
  }

  @Test
  void aJpegGivesTheBytesOfTheStandardReader() throws IOException {
    Path file = Files.write(folder.resolve("a.jpg"), JPEG);
    assertSame(PictureReader.read(file).picture(), ImageIO.read(file.toFile()));
  }

  @Test
  void greyIsNotCurvedAgain() {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 256; x++) {
      image.getRaster().setSample(x, 0, 0, x);
    }
    Picture picture = PictureReader.read(Images.encode(image, "png"), "grey.png").picture();
    for (int x = 0; x < 256; x++) {
      assertThat(picture.rgb(x, 0)).isEqualTo(0x10101 * x);
    }
  }

  @Test
  void sixteenBitsAreRounded() {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {128, 257 * 77 + 129, 65535});
    Reading reading = PictureReader.read(Images.encode(image, "png"), "deep.png");
    // 128 * 255 / 65535 = 0.498, 19918 * 255 / 65535 = 77.502
    assertThat(reading.picture().rgb(0, 0)).isZero();
    assertThat(reading.picture().rgb(1, 0)).isEqualTo(0x4e4e4e);
    assertThat(reading.picture().rgb(2, 0)).isEqualTo(0xffffff);
    assertThat(reading.notes()).containsExactly("16 bits rounded to 8");
  }

  @Test
  void transparencyIsLaidOnWhite() {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xffff0000);
    image.setRGB(1, 0, 0x00ff0000);
    image.setRGB(2, 0, 0x80000000);
    Reading reading = PictureReader.read(Images.encode(image, "png"), "glass.png");
    assertThat(reading.picture().rgb(0, 0)).isEqualTo(0xff0000);
    assertThat(reading.picture().rgb(1, 0)).isEqualTo(0xffffff);
    assertThat(reading.picture().rgb(2, 0)).isEqualTo(0x7f7f7f);
    assertThat(reading.notes()).containsExactly("alpha composited on white");
  }

  @Test
  void aPaletteIsLookedUp() {
    byte[] red = {0, (byte) 200};
    byte[] green = {10, 100};
    byte[] blue = {20, 50};
    IndexColorModel model = new IndexColorModel(1, 2, red, green, blue);
    BufferedImage image = new BufferedImage(9, 2, BufferedImage.TYPE_BYTE_BINARY, model);
    image.getRaster().setSample(8, 1, 0, 1);
    Picture picture = PictureReader.read(Images.encode(image, "png"), "palette.png").picture();
    assertThat(picture.rgb(0, 0)).isEqualTo(0x000a14);
    assertThat(picture.rgb(8, 1)).isEqualTo(0xc86432);
  }

  @Test
  void aFourComponentJpegBecomesRgb() throws IOException {
    // Adobe stores ink inverted: 255 is none, 0 is full
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 8, 4, null);
    for (int x = 8; x < 16; x++) {
      for (int y = 0; y < 8; y++) {
        raster.setPixel(x, y, new int[] {255, 255, 255, 255});
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, List.of(), null), null);
    }
    byte[] adobe = {0, 100, 0, 0, 0, 0, 0};
    Reading reading =
        PictureReader.read(
            Images.withSegment(bytes.toByteArray(), 0xee, "Adobe", adobe), "cmyk.jpg");
    assertThat(reading.notes()).containsExactly("converted to sRGB by TwelveMonkeys");
    assertThat(reading.picture().rgb(1, 4) & 0xff).isLessThan(70);
    assertThat(reading.picture().rgb(14, 4) & 0xff).isGreaterThan(240);
  }

  @Test
  void aColourProfileDoesNotChangeTheBytes() {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] tagged = Images.withSegment(JPEG, 0xe2, "ICC_PROFILE\0\1\1", profile);
    Reading reading = PictureReader.read(tagged, "tagged.jpg");
    assertThat(reading.picture()).isEqualTo(PictureReader.read(JPEG, "plain.jpg").picture());
    assertThat(reading.notes()).containsExactly("colour profile not applied");
  }

  @Test
  void aBrokenColourProfileDoesNoHarm() {
    byte[] tagged = Images.withSegment(JPEG, 0xe2, "ICC_PROFILE\0\1\1", new byte[200]);
    assertThat(PictureReader.read(tagged, "tagged.jpg").picture())
        .isEqualTo(PictureReader.read(JPEG, "plain.jpg").picture());
  }

  /**
   * Stored is 8 x 6, red grows to the right, green downwards; the corner shown top left is, after
   * EXIF 2.32:
   */
  @ParameterizedTest
  @CsvSource({
    "1,8,6,0,0",
    "2,8,6,7,0",
    "3,8,6,7,5",
    "4,8,6,0,5",
    "5,6,8,0,0",
    "6,6,8,0,5",
    "7,6,8,7,5",
    "8,6,8,7,0"
  })
  void exifOrientationIsApplied(int orientation, int width, int height, int storedX, int storedY) {
    Picture stored = PictureReader.read(PNG, "stored.png").picture();
    Reading reading =
        PictureReader.read(Images.withChunk(PNG, "eXIf", Images.exif(orientation)), "turned.png");
    Picture turned = reading.picture();
    assertThat(turned.width()).isEqualTo(width);
    assertThat(turned.height()).isEqualTo(height);
    assertThat(turned.rgb(0, 0)).isEqualTo(stored.rgb(storedX, storedY));
    assertThat(turned.rgb(width - 1, height - 1)).isEqualTo(stored.rgb(7 - storedX, 5 - storedY));
    // 5 to 8 swap the axes: one step to the right is one step along the stored column
    int across =
        orientation < 5
            ? stored.rgb(Math.abs(storedX - 1), storedY)
            : stored.rgb(storedX, Math.abs(storedY - 1));
    assertThat(turned.rgb(1, 0)).isEqualTo(across);
    assertThat(reading.notes()).hasSize(orientation == 1 ? 0 : 1);
  }

  @Test
  void exifOrientationOfAJpegIsApplied() {
    Reading reading =
        PictureReader.read(Images.withSegment(JPEG, 0xe1, "Exif\0\0", Images.exif(6)), "phone.jpg");
    assertThat(reading.picture().width()).isEqualTo(16);
    assertThat(reading.picture().height()).isEqualTo(24);
    assertThat(reading.notes()).containsExactly("EXIF orientation 6 applied");
  }

  @Test
  void anUnreadableExifBlockDoesNoHarm() {
    byte[] odd =
        Images.withSegment(
            JPEG, 0xe1, "Exif\0\0", new byte[] {'I', 'I', '*', 0, 127, 127, 127, 127});
    assertThat(PictureReader.read(odd, "odd.jpg").notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "lossy,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AA/uuuAAA=",
    "lossless,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
  })
  void webpIsRead(String kind, String base64) {
    Reading reading = PictureReader.read(Base64.getDecoder().decode(base64), kind + ".webp");
    assertThat(reading.format()).isEqualTo("WebP");
    assertThat(reading.picture().width()).isEqualTo(1);
  }

  @Test
  void anAnimatedWebpGivesItsFirstFrame() {
    String base64 =
        "UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1G"
            + "JgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcA";
    byte[] once = Base64.getDecoder().decode(base64);
    // a second, equal frame: the ANMF chunk begins at byte 44
    byte[] twice = Arrays.copyOf(once, 2 * once.length - 44);
    System.arraycopy(once, 44, twice, once.length, once.length - 44);
    twice[4] = (byte) (twice.length - 8);
    Reading reading = PictureReader.read(twice, "moving.webp");
    assertThat(reading.notes()).contains("first of 2 frames");
    assertThat(reading.picture().height()).isEqualTo(1);
  }

  @Test
  void anAnimatedPngGivesItsFirstFrame() {
    byte[] control = ByteBuffer.allocate(8).putInt(12).putInt(0).array();
    assertThat(PictureReader.read(Images.withChunk(PNG, "acTL", control), "moving.png").notes())
        .containsExactly("first of 12 frames");
  }

  @Test
  void anAnimatedGifGivesItsFirstFrameOnItsCanvas() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(screen(writer, 5, 4));
      for (int frame = 0; frame < 3; frame++) {
        writer.writeToSequence(
            new IIOImage(
                Images.gradient(2, 2, BufferedImage.TYPE_INT_RGB), null, placed(writer, 3, 1)),
            null);
      }
      writer.endWriteSequence();
    }
    Reading reading = PictureReader.read(bytes.toByteArray(), "moving.gif");
    assertThat(reading.notes())
        .containsExactly("first of 3 frames", "frame of 2 x 2 placed on its canvas");
    assertThat(reading.picture().width()).isEqualTo(5);
    assertThat(reading.picture().rgb(0, 0)).isEqualTo(0xffffff);
    assertThat(reading.picture().rgb(4, 2)).isEqualTo(0xffff3c);
  }

  private static IIOMetadata screen(ImageWriter writer, int width, int height) throws IOException {
    IIOMetadata metadata = writer.getDefaultStreamMetadata(null);
    IIOMetadataNode root = new IIOMetadataNode("javax_imageio_gif_stream_1.0");
    IIOMetadataNode screen = new IIOMetadataNode("LogicalScreenDescriptor");
    screen.setAttribute("logicalScreenWidth", Integer.toString(width));
    screen.setAttribute("logicalScreenHeight", Integer.toString(height));
    screen.setAttribute("colorResolution", "8");
    screen.setAttribute("pixelAspectRatio", "0");
    root.appendChild(screen);
    metadata.mergeTree(root.getNodeName(), root);
    return metadata;
  }

  private static IIOMetadata placed(ImageWriter writer, int left, int top) throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_RGB), null);
    IIOMetadataNode root = new IIOMetadataNode("javax_imageio_gif_image_1.0");
    IIOMetadataNode place = new IIOMetadataNode("ImageDescriptor");
    place.setAttribute("imageLeftPosition", Integer.toString(left));
    place.setAttribute("imageTopPosition", Integer.toString(top));
    place.setAttribute("imageWidth", "2");
    place.setAttribute("imageHeight", "2");
    place.setAttribute("interlaceFlag", "FALSE");
    root.appendChild(place);
    metadata.mergeTree(root.getNodeName(), root);
    return metadata;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void aFileCutShortAnywhereIsRefused(String format) {
    byte[] whole = Images.encode(Images.gradient(40, 30, BufferedImage.TYPE_INT_RGB), format);
    int last = format.equals("jpeg") ? whole.length - 4 : whole.length - 2;
    for (int length = 1; length < last; length += 1 + length / 12) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PictureReader.read(part, "part." + format))
          .as("%s cut to %d of %d bytes", format, length, whole.length)
          .isInstanceOf(PictureException.class)
          .hasMessageStartingWith("part." + format + ": ");
    }
  }

  @Test
  void aWebpCutShortIsRefused() {
    byte[] whole = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
    assertThatThrownBy(() -> PictureReader.read(Arrays.copyOf(whole, 25), "part.webp"))
        .hasMessage("part.webp: the WebP file is cut short after 25 bytes");
  }

  @Test
  void aFlippedByteInAPngIsRefused() {
    byte[] flipped = PNG.clone();
    flipped[50] ^= 4;
    assertThatThrownBy(() -> PictureReader.read(flipped, "flipped.png"))
        .hasMessage(
            "flipped.png: the PNG file is damaged, the checksum of chunk IDAT at byte 37 is wrong");
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyDamageIsEitherReadOrRefusedInOneSentence(long seed) {
    Random random = new Random(seed);
    for (String format : List.of("png", "jpeg", "bmp", "gif")) {
      byte[] file = Images.encode(Images.gradient(20, 20, BufferedImage.TYPE_INT_RGB), format);
      for (int round = 0; round < 40; round++) {
        byte[] damaged = file.clone();
        for (int i = 0; i < 3; i++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          PictureReader.read(damaged, "x");
        } catch (PictureException e) {
          assertThat(e.getMessage()).startsWith("x: ").doesNotContain("\n");
        }
      }
    }
  }

  @Test
  void whatIsNoImageIsRefused() {
    assertThatThrownBy(
            () -> PictureReader.read("hello world".getBytes(StandardCharsets.US_ASCII), "a.png"))
        .isInstanceOf(PictureException.class)
        .hasMessage(
            "a.png: an image is a PNG, JPEG, WebP, BMP or GIF file, got one that begins with the"
                + " bytes 68 65 6c 6c 6f 20 77 6f");
  }

  @Test
  void anEmptyFileAFolderAndNothingAreRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    assertThatThrownBy(() -> PictureReader.read(empty))
        .hasMessage(empty + ": an image has pixels, got an empty file");
    assertThatThrownBy(() -> PictureReader.read(folder))
        .hasMessage(folder + ": an image is a file, got a folder");
    Path none = folder.resolve("none.png");
    assertThatThrownBy(() -> PictureReader.read(none)).hasMessage(none + ": there is no such file");
  }

  @Test
  void aHugeSizeIsRefusedBeforeDecoding() {
    byte[] bomb = Images.withSize(PNG, 60_000, 60_000);
    assertThatThrownBy(() -> PictureReader.read(bomb, "bomb.png"))
        .hasMessage(
            "bomb.png: an image has at most 100000000 pixels and sides of at most 30000, got 60000"
                + " x 60000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp"})
  void aWidePictureIsDecodedWithEveryOtherColumn(String format) {
    BufferedImage wide = Images.gradient(50_000, 3, BufferedImage.TYPE_INT_RGB);
    Reading reading = PictureReader.read(Images.encode(wide, format), "wide");
    assertThat(reading.picture().width()).isEqualTo(25_000);
    assertThat(reading.picture().height()).isEqualTo(2);
    assertThat(reading.notes()).containsExactly("every 2nd row and column of 50000 x 3 decoded");
  }

  @Test
  void aJpegOfNothingButSegmentsIsRefused() {
    byte[] bomb = new byte[2 + 4 * 200_000];
    ByteBuffer b = ByteBuffer.wrap(bomb).putShort((short) 0xffd8);
    while (b.hasRemaining()) {
      b.putInt(0xffe00002);
    }
    assertThatThrownBy(() -> PictureReader.read(bomb, "bomb.jpg"))
        .hasMessage(
            "bomb.jpg: the JPEG file is damaged, it has more than 100000 segments before its pixels");
  }

  @Test
  void rowsOfAByteBackedImageAreReadLikeOthers() {
    BufferedImage image = Images.gradient(5, 4, BufferedImage.TYPE_3BYTE_BGR);
    assertThat(image.getRaster().getDataBuffer()).isInstanceOf(DataBufferByte.class);
    assertSame(PictureReader.read(Images.encode(image, "png"), "x").picture(), image);
  }
}
