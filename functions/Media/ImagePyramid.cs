using SkiaSharp;

namespace Serverless.Media;

/// <summary>
/// An image and its halves, each made when it is first needed: a picture that is reduced at one go by more than a half skips pixels, and
/// thumbnails of several sizes share the way down.
/// </summary>
internal sealed class ImagePyramid(SKBitmap full) : IDisposable
{
    private readonly List<SKBitmap> _levels = [full];

    /// <summary>The image in its full size.</summary>
    public SKSizeI Size => full.Info.Size;

    /// <summary>The smallest level that need not be enlarged; it stays the pyramid's.</summary>
    /// <param name="scale">Pixels to be made of one pixel of the full size.</param>
    public SKBitmap ChooseLevel(float scale)
    {
        var level = 0;
        while (scale <= 0.5f && _levels[level] is { Width: > 1, Height: > 1 })
        {
            scale *= 2;
            level++;
            if (level == _levels.Count) _levels.Add(Halve(_levels[level - 1]));
        }

        return _levels[level];
    }

    public void Dispose()
    {
        foreach (var level in _levels) level.Dispose();
    }

    private static SKBitmap Halve(SKBitmap level)
    {
        var half = SourceImage.Allocate(level.Info.WithSize((level.Width + 1) / 2, (level.Height + 1) / 2));

        // Between two pixels of each side: the mean of four.
        if (level.ScalePixels(half, new SKSamplingOptions(SKFilterMode.Linear))) return half;
        half.Dispose();
        throw new InvalidOperationException($"An image of {level.Width} × {level.Height} pixels could not be halved.");
    }
}
