using SkiaSharp;

namespace Serverless.Media;

/// <summary>
/// Draws an image as it was asked for, and writes it: pixels only, in sRGB, without what the source said of place, time, camera or profile.
/// </summary>
internal static class ImageRenderer
{
    private const int JpegQuality = 85;
    private const int WebpQuality = 80;

    // Keeps edges sharp and rings little, the usual choice for pictures.
    private static readonly SKSamplingOptions Smooth = new(SKCubicResampler.Mitchell);

    /// <summary>Draws and encodes.</summary>
    /// <param name="pyramid">The image.</param>
    /// <param name="size">The image's size in its file, which the placement counts in.</param>
    /// <param name="placement">Which part goes where.</param>
    /// <param name="rendition">What is wanted.</param>
    public static byte[] Render(ImagePyramid pyramid, SKSizeI size, Placement placement, Rendition rendition)
    {
        var opaque = rendition.Format == ImageFormat.Jpeg;
        using var srgb = SKColorSpace.CreateSrgb();
        using var made = SourceImage.Allocate(new SKImageInfo(
            placement.Canvas.Width, placement.Canvas.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Premul, srgb));
        using (var canvas = new SKCanvas(made))
        {
            // What is opaque has something behind a background that is not.
            canvas.Clear(opaque ? SKColors.White : SKColors.Transparent);
            canvas.DrawColor(rendition.Background);
            Draw(canvas, pyramid.ChooseLevel(placement.Scale * size.Width / pyramid.Size.Width), size, placement);
        }

        return Encode(made, rendition.Format, rendition.Target.Quality);
    }

    private static void Draw(SKCanvas canvas, SKBitmap level, SKSizeI size, Placement placement)
    {
        var (across, down) = (level.Width / (float)size.Width, level.Height / (float)size.Height);
        var source = new SKRect(
            placement.Source.Left * across, placement.Source.Top * down, placement.Source.Right * across, placement.Source.Bottom * down);
        using var pixels = level.PeekPixels();
        using var image = SKImage.FromPixels(pixels);
        canvas.DrawImage(
            image, source, placement.Destination, placement.IsExact && level.Info.Size == size ? SKSamplingOptions.Default : Smooth);
    }

    private static byte[] Encode(SKBitmap made, ImageFormat format, int? quality)
    {
        // Pixels without a colour space are sRGB for whoever reads them: naming it would add a profile to each thumbnail.
        using var plain = new SKPixmap(
            new SKImageInfo(made.Width, made.Height, made.ColorType, made.AlphaType), made.GetPixels(), made.RowBytes);
        using var encoded = format switch
        {
            ImageFormat.Jpeg =>
                plain.Encode(
                    new SKJpegEncoderOptions(
                        quality ?? JpegQuality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)),
            ImageFormat.Png => plain.Encode(SKPngEncoderOptions.Default),
            _ => plain.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality ?? WebpQuality)),
        };
        return encoded?.ToArray()
            ?? throw new InvalidOperationException($"An image of {made.Width} × {made.Height} pixels could not be written as {format}.");
    }
}
