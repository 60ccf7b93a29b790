using System.Text;
using Serverless.Media;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.TestSupport;
using SkiaSharp;
using static Serverless.IntegrationTests.Media.TestImages;

namespace Serverless.IntegrationTests.Media;

public sealed class ImageRenderingTests
{
    private static readonly BlobName Source = new("media", "source");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Render_Orientation_IsApplied(int orientation)
    {
        using var expected = Corners(64, 32);
        var file = WithExif(Encode(Store(Corners(64, 32), orientation), SKEncodedImageFormat.Jpeg), orientation);

        using var made = Decode(Make(file, new ImageTarget("", Format: ImageFormat.Png)));

        AssertEqual(expected, made, tolerance: 4);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Png)]
    internal void Render_Metadata_IsLeftOut(ImageFormat format)
    {
        var file = WithExif(Encode(Corners(64, 32), SKEncodedImageFormat.Jpeg), 6);
        Assert.Contains(Maker, Encoding.Latin1.GetString(file), StringComparison.Ordinal);

        var made = Encoding.Latin1.GetString(Make(file, new ImageTarget("", Format: format)));

        Assert.All(
            [Maker, "Exif", "EXIF", "ICC_PROFILE", "ICCP", "iCCP"], block => Assert.DoesNotContain(block, made, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, SKEncodedImageFormat.Jpeg, 8)]
    [InlineData(ImageFormat.Png, SKEncodedImageFormat.Png, 0)]
    [InlineData(ImageFormat.Webp, SKEncodedImageFormat.Webp, 8)]
    internal void Render_Format_IsWritten(ImageFormat format, SKEncodedImageFormat expected, int tolerance)
    {
        var made = Make(
            Encode(Corners(64, 32), SKEncodedImageFormat.Png), new ImageTarget(
                "", Format: format, Quality: format == ImageFormat.Png ? null : 100));

        using var codec = SKCodec.Create(new MemoryStream(made));
        Assert.Equal(expected, codec.EncodedFormat);
        using var whole = Corners(64, 32);
        using var seen = Decode(made);
        foreach (var (x, y) in ((int, int)[])[(8, 8), (56, 8), (8, 24), (56, 24)])
            AssertClose(whole.GetPixel(x, y), seen.GetPixel(x, y), tolerance);
    }

    [Fact]
    public void Render_Quality_DecidesTheSize()
    {
        var random = new Random(5);
        var file = Encode(Draw(128, 128, (_, _) => new SKColor((uint)random.Next() | 0xFF000000)), SKEncodedImageFormat.Png);

        Assert.True(
            Make(file, new ImageTarget("", Format: ImageFormat.Jpeg, Quality: 20)).Length * 2 < Make(
                file, new ImageTarget("", Format: ImageFormat.Jpeg, Quality: 95)).Length);
    }

    [Fact]
    public void Render_Crop_TakesThosePixelsUnchanged()
    {
        using var source = Draw(100, 80, (x, y) => new SKColor((byte)(x * 2), (byte)(y * 3), (byte)((x * y) & 255)));
        using var expected = new SKBitmap();
        source.ExtractSubset(expected, SKRectI.Create(13, 7, 31, 29));

        using var made = Decode(
            Make(
                Encode(source.Copy(), SKEncodedImageFormat.Png), new ImageTarget(
                    "", Crop: new ImageCrop(13, 7, 31, 29), Format: ImageFormat.Png)));

        AssertEqual(expected, made);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)] // read at a fraction of its size by the decoder
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Render_MuchSmaller_IsTheMeanOfWhatWasThere(SKEncodedImageFormat format)
    {
        // Black and white, pixel by pixel, brighter from left to right: a sampler that skips pixels finds stripes.
        using var source = Draw(960, 480, (x, y) => ((x + y) & 1) == 0 ? Grey(x / 4) : Grey(0));

        using var made = Decode(Make(Encode(source.Copy(), format), new ImageTarget("", Width: 60, Format: ImageFormat.Png)));

        Assert.Equal((60, 30), (made.Width, made.Height));
        for (var x = 4; x < 56; x++) AssertClose(Grey(x * 2), made.GetPixel(x, 15), 4, $"at {x}");
    }

    [Fact]
    public void Render_Cover_CutsBothEnds()
    {
        using var source = Draw(300, 100, (x, _) => x < 100 ? SKColors.Red : x < 200 ? SKColors.Lime : SKColors.Blue);

        using var made = Decode(
            Make(Encode(source.Copy(), SKEncodedImageFormat.Png), new ImageTarget("", 50, 50, ImageFit.Cover, Format: ImageFormat.Png)));

        Assert.Equal((50, 50), (made.Width, made.Height));
        for (var x = 2; x < 48; x++) AssertClose(SKColors.Lime, made.GetPixel(x, 25), 2);
    }

    [Fact]
    public void Render_Contain_HasBackgroundBeside()
    {
        using var source = Draw(100, 50, (_, _) => SKColors.Red);

        using var made = Decode(
            Make(
                Encode(source.Copy(), SKEncodedImageFormat.Png), new ImageTarget(
                    "", 100, 100, ImageFit.Contain, Format: ImageFormat.Png, Background: "#00ff00")));

        AssertClose(SKColors.Lime, made.GetPixel(50, 10), 0);
        AssertClose(SKColors.Red, made.GetPixel(50, 50), 0);
        AssertClose(SKColors.Lime, made.GetPixel(50, 90), 0);
    }

    [Theory]
    [InlineData(ImageFormat.Png, null, "#00000000")]
    [InlineData(ImageFormat.Webp, null, "#00000000")]
    [InlineData(ImageFormat.Jpeg, null, "#ffffff")]
    [InlineData(ImageFormat.Jpeg, "#0000ff", "#0000ff")]
    [InlineData(ImageFormat.Png, "#0000ff", "#0000ff")]
    internal void Render_Transparency_ShowsTheBackground(ImageFormat format, string? background, string expected)
    {
        using var source = Draw(32, 32, (_, _) => SKColors.Transparent);

        using var made = Decode(
            Make(Encode(source.Copy(), SKEncodedImageFormat.Png), new ImageTarget("", Format: format, Background: background)));

        AssertClose(SKColor.Parse(expected), made.GetPixel(16, 16), 2);
    }

    [Fact]
    public void Render_WideGamut_BecomesSrgb()
    {
        // Display P3's (234, 51, 35) is the red of sRGB.
        using var p3 = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        var file = Encode(Draw(8, 8, (_, _) => new SKColor(234, 51, 35), p3), SKEncodedImageFormat.Png);

        using var made = Decode(Make(file, new ImageTarget("", Format: ImageFormat.Png)));

        AssertClose(SKColors.Red, made.GetPixel(4, 4), 3);
    }

    [Fact]
    public void Open_Animation_TakesTheFirstFrameAndSaysSo()
    {
        using var image = SourceImage.Open(Animation(), Source, new MediaSettings());
        using var made = Decode(Make(Animation(), new ImageTarget("", Format: ImageFormat.Png)));

        Assert.Equal(
            (2, "gif", "The image is animated: the first of its 2 frames was taken."),
            (image.Facts.Frames, image.Facts.Format, image.Facts.Note));
        AssertClose(SKColors.Red, made.GetPixel(0, 0), 0);
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(40_001, 1_000)]
    public void Open_TooManyPixels_IsRefusedByTheHeader(int width, int height)
    {
        var fault = Assert.Throws<TaskValidationException>(() => SourceImage.Open(Bomb(width, height), Source, new MediaSettings()));

        Assert.Equal(
            $"source: media/source has {width} × {height} pixels; at most 40000000 are read (setting Media__MaxPixels).", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("id,name\n1,cat\n")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    public void Open_NoImage_IsRefused(string content)
    {
        var fault = Assert.Throws<TaskValidationException>(
            () => SourceImage.Open(Encoding.Latin1.GetBytes(content), Source, new MediaSettings()));

        Assert.Equal("source: media/source is no image that can be read; give a JPEG, PNG, WebP or GIF file.", fault.Message);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_CutOff_IsRefused(SKEncodedImageFormat format)
    {
        var random = new Random(5);
        var file = Encode(Draw(128, 128, (_, _) => new SKColor((uint)random.Next() | 0xFF000000)), format, 90);

        var fault = Assert.Throws<TaskValidationException>(
            () => Make(file[..(file.Length / 2)], new ImageTarget("", Format: ImageFormat.Png)));

        Assert.Matches("media/source is (cut off|broken|no image)", fault.Message);
    }

    [Theory]
    [InlineData("7zip.png")]
    [InlineData("ffox.png")]
    [InlineData("gimp.png")]
    public async Task Render_RealImage_HalvesAsItsPixelsAverage(string name)
    {
        var file = await File.ReadAllBytesAsync(await NpmData.FindAsync("vega-datasets", "data", name));
        using var source = Decode(file);

        using var same = Decode(Make(file, new ImageTarget("", Format: ImageFormat.Png)));
        using var half = Decode(Make(file, new ImageTarget("", Width: source.Width / 2, Format: ImageFormat.Webp, Quality: 95)));

        AssertEqual(source, same, tolerance: 1);
        Assert.Equal(source.Width / 2, half.Width);
        Assert.Equal(Mean(source), Mean(half), tolerance: 2);
    }

    private static SKColor Grey(int level) => new((byte)level, (byte)level, (byte)level);

    // The colour that the picture has on white, on the whole.
    private static double Mean(SKBitmap bitmap) =>
        bitmap.Pixels.Average(p => ((p.Red + p.Green + p.Blue) / 3.0 * p.Alpha / 255) + (255 - p.Alpha));

    private static byte[] Make(byte[] file, ImageTarget target)
    {
        using var image = SourceImage.Open(file, Source, new MediaSettings());
        var part = target.Crop is { } crop ? SKRectI.Create(crop.X, crop.Y, crop.Width, crop.Height) : SKRectI.Create(image.Size);
        var placement = Placement.Of(part, target);
        var background = target.Background is { } colour ? SKColor.Parse(colour) : target.Format == ImageFormat.Jpeg
            ? SKColors.White : SKColors.Transparent;
        using var pyramid = image.Decode(placement.Scale * 2);
        return ImageRenderer.Render(
            pyramid, image.Size, placement, new Rendition(
                new BlobName("media", "made"), "targets[0]", target, target.Format!.Value, background));
    }
}
