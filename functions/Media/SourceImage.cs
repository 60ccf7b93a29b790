using Serverless.Storage;
using Serverless.Tasks;
using SkiaSharp;

namespace Serverless.Media;

/// <summary>
/// An image's file whose header was read and found harmless; its pixels are decoded when it is known how many are needed.
/// </summary>
internal sealed class SourceImage : IDisposable
{
    private readonly SKData _data;
    private readonly SKCodec _codec;
    private readonly BlobName _name;

    private SourceImage(SKData data, SKCodec codec, BlobName name) => (_data, _codec, _name) = (data, codec, name);

    /// <summary>Pixels as the image is seen: a camera that was held upright says so in the file, and stores its pixels lying.</summary>
    public SKSizeI Size => IsLying ? new SKSizeI(_codec.Info.Height, _codec.Info.Width) : _codec.Info.Size;

    public SourceFacts Facts =>
        new(
            _name.ToString(), Size.Width, Size.Height, _codec.EncodedFormat.ToString()
                .ToLowerInvariant(), _data.Size, Math.Max(1, _codec.FrameCount));

    private bool IsLying =>
        _codec.EncodedOrigin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;

    /// <summary>Reads a file's header.</summary>
    /// <exception cref="TaskValidationException">It is no image, or one of too many pixels.</exception>
    public static SourceImage Open(byte[] file, BlobName name, MediaSettings settings)
    {
        var data = SKData.CreateCopy(file);
        var codec = file.Length == 0 ? null : SKCodec.Create(data);
        try
        {
            Check(codec, name, settings);
            return new SourceImage(data, codec!, name);
        }
        catch
        {
            codec?.Dispose();
            data.Dispose();
            throw;
        }
    }

    /// <summary>Decodes the pixels, turned as the image is seen, in sRGB.</summary>
    /// <param name="scale">The share of them that is needed along each side; a decoder that can read fewer (JPEG, WebP) takes that much
    /// less time and memory.</param>
    /// <exception cref="TaskValidationException">The file is broken or cut off.</exception>
    public ImagePyramid Decode(float scale)
    {
        var size = _codec.GetScaledDimensions(Math.Clamp(scale, 0.01f, 1));
        using var srgb = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(
            size.Width, size.Height, SKColorType.Rgba8888, _codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul, srgb);
        var bitmap = Allocate(info);
        var result = _codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new TaskValidationException(result == SKCodecResult.IncompleteInput
                ? $"source: {_name} is cut off; upload it again."
                : $"source: {_name} is broken ({result}); upload it again.");
        }

        if (_codec.EncodedOrigin == SKEncodedOrigin.TopLeft) return new ImagePyramid(bitmap);
        using (bitmap) return new ImagePyramid(Turn(bitmap));
    }

    public void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
    }

    /// <exception cref="InsufficientMemoryException">There is not so much memory.</exception>
    internal static SKBitmap Allocate(SKImageInfo info)
    {
        var bitmap = new SKBitmap();
        if (bitmap.TryAllocPixels(info)) return bitmap;
        bitmap.Dispose();
        throw new InsufficientMemoryException($"There is no memory for an image of {info.Width} × {info.Height} pixels.");
    }

    private static void Check(SKCodec? codec, BlobName name, MediaSettings settings)
    {
        if (codec is null)
            throw new TaskValidationException($"source: {name} is no image that can be read; give a JPEG, PNG, WebP or GIF file.");
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp
            or SKEncodedImageFormat.Gif))
            throw new TaskValidationException($"source: {name} is a {codec.EncodedFormat} file; give a JPEG, PNG, WebP or GIF file.");
        if ((long)codec.Info.Width * codec.Info.Height > settings.MaxPixels)
        {
            throw new TaskValidationException(
                $"source: {name} has {codec.Info.Width} × {codec.Info.Height} pixels; at most {settings.MaxPixels} are read (setting " +
                $"Media__MaxPixels).");
        }
    }

    private SKBitmap Turn(SKBitmap lying)
    {
        var (width, height) = IsLying ? (lying.Height, lying.Width) : (lying.Width, lying.Height);
        var turned = Allocate(lying.Info.WithSize(width, height));
        using var canvas = new SKCanvas(turned);
        using var pixels = lying.PeekPixels();
        using var image = SKImage.FromPixels(pixels);
        canvas.Clear(SKColors.Transparent);
        canvas.SetMatrix(Matrix(_codec.EncodedOrigin, width, height));
        canvas.DrawImage(image, 0, 0, SKSamplingOptions.Default);
        return turned;
    }

    // Where a pixel (x, y) of the file belongs in the image as it is seen, which is so wide and so high.
    private static SKMatrix Matrix(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, width, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, width, -1, 0, height, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, height, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
