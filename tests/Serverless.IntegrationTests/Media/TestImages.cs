using System.Buffers.Binary;
using System.IO.Hashing;
using SkiaSharp;

namespace Serverless.IntegrationTests.Media;

/// <summary>Images made for a test, down to the bytes of their headers.</summary>
internal static class TestImages
{
    /// <summary>The camera of the EXIF block of <see cref="WithExif"/>.</summary>
    public const string Maker = "SECRETMAKER";

    /// <summary>A picture without symmetry: a red corner, a green one, a blue one, and grey.</summary>
    public static SKBitmap Corners(int width, int height) => Draw(width, height, (x, y) => (x < width / 2, y < height / 2) switch
    {
        (true, true) => SKColors.Red,
        (false, true) => SKColors.Lime,
        (true, false) => SKColors.Blue,
        _ => SKColors.Gray,
    });

    public static SKBitmap Draw(int width, int height, Func<int, int, SKColor> colour, SKColorSpace? space = null)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, space));
        var pixels = bitmap.GetPixelSpan();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var c = colour(x, y);
                BinaryPrimitives.WriteUInt32BigEndian(
                    pixels[(((y * width) + x) * 4)..], (uint)((c.Red << 24) | (c.Green << 16) | (c.Blue << 8) | c.Alpha));
            }
        }

        return bitmap;
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format, int quality = 100)
    {
        using (bitmap)
        {
            // With every pixel's colour of its own: colours that run into their neighbours could not be compared.
            using var pixels = bitmap.PeekPixels();
            using var data = format == SKEncodedImageFormat.Jpeg
                ? pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
                : pixels.Encode(format, quality);
            return data!.ToArray();
        }
    }

    public static SKBitmap Decode(byte[] file) => SKBitmap.Decode(file);

    /// <summary>
    /// The pixels as a camera of that orientation stores them, by the words of the EXIF standard: which sides row 0 and column 0 show.
    /// </summary>
    public static SKBitmap Store(SKBitmap seen, int orientation)
    {
        using (seen)
        {
            var (row, column) = orientation switch
            {
                1 => ("top", "left"),
                2 => ("top", "right"),
                3 => ("bottom", "right"),
                4 => ("bottom", "left"),
                5 => ("left", "top"),
                6 => ("right", "top"),
                7 => ("right", "bottom"),
                _ => ("left", "bottom"),
            };
            var lying = row is "left" or "right";
            var (width, height) = lying ? (seen.Height, seen.Width) : (seen.Width, seen.Height);
            return Draw(width, height, (c, r) =>
            {
                var (x, y) = lying
                    ? (row == "left" ? r : seen.Width - 1 - r, column == "top" ? c : seen.Height - 1 - c)
                    : (column == "left" ? c : seen.Width - 1 - c, row == "top" ? r : seen.Height - 1 - r);
                return seen.GetPixel(x, y);
            });
        }
    }

    /// <summary>A JPEG file with an EXIF block behind its start: the orientation, and the camera's maker.</summary>
    public static byte[] WithExif(byte[] jpeg, int orientation)
    {
        byte[] tiff =
        [
            .. "II*\0"u8, 8, 0, 0, 0,
            2, 0,
            0x0F, 0x01, 2, 0, 12, 0, 0, 0, 38, 0, 0, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0,
            0, 0, 0, 0,
            .. System.Text.Encoding.ASCII.GetBytes(Maker), 0,
        ];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(tiff.Length + 8), .. "Exif\0\0"u8, .. tiff, .. jpeg[2..]];
    }

    /// <summary>A PNG file that claims to have so many pixels, and has none.</summary>
    public static byte[] Bomb(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk(
            "IDAT"u8, [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]), .. Chunk("IEND"u8, [])];
    }

    /// <summary>A GIF file of two frames of one pixel: red, then blue.</summary>
    public static byte[] Animation() =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0,
        255, 0, 0, 0, 0, 255,
        0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0,
        0x3B,
    ];

    /// <summary>Fails where a channel of a pixel differs by more than the tolerance.</summary>
    public static void AssertEqual(SKBitmap expected, SKBitmap actual, int tolerance = 0)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        for (var y = 0; y < expected.Height; y++)
        {
            for (var x = 0; x < expected.Width; x++) AssertClose(expected.GetPixel(x, y), actual.GetPixel(x, y), tolerance, $"({x}, {y})");
        }
    }

    public static void AssertClose(SKColor expected, SKColor actual, int tolerance, string where = "")
    {
        int[] differences =
            [expected.Red - actual.Red, expected.Green - actual.Green, expected.Blue - actual.Blue, expected.Alpha - actual.Alpha];
        Assert.True(differences.All(d => Math.Abs(d) <= tolerance), $"Expected {expected}, found {actual} {where}");
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), Crc32.HashToUInt32(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }
}
