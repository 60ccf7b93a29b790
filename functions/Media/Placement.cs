using SkiaSharp;

namespace Serverless.Media;

/// <summary>Which part of an image goes where on a canvas.</summary>
/// <param name="Canvas">The canvas in pixels.</param>
/// <param name="Source">The part, in pixels of the image.</param>
/// <param name="Destination">Where it goes, in pixels of the canvas.</param>
internal sealed record Placement(SKSizeI Canvas, SKRect Source, SKRect Destination)
{
    /// <summary>Pixels made of one pixel, along the side that is reduced less.</summary>
    public float Scale => Math.Max(Destination.Width / Source.Width, Destination.Height / Source.Height);

    /// <summary>Nothing is resized, and no pixel is split.</summary>
    public bool IsExact =>
        Source.Size == Destination.Size && Source.Left == MathF.Floor(Source.Left) && Source.Top == MathF.Floor(Source.Top)
        && Destination.Left == MathF.Floor(Destination.Left) && Destination.Top == MathF.Floor(Destination.Top);

    /// <summary>Fits a part of an image into what was asked for.</summary>
    /// <param name="part">The part, the whole image where nothing is cropped.</param>
    /// <param name="target">What was asked for.</param>
    public static Placement Of(SKRectI part, ImageTarget target)
    {
        var (width, height) = (target.Width, target.Height);
        if (width is null || height is null) return Scaled(part, Bound(ScaleOf(part, width, height), target));
        var (across, down) = (width.Value / (float)part.Width, height.Value / (float)part.Height);
        return target.Fit switch
        {
            ImageFit.Cover => Cover(part, width.Value, height.Value, Math.Max(across, down), target),
            ImageFit.Contain => Contain(part, width.Value, height.Value, Bound(Math.Min(across, down), target)),
            ImageFit.Fill => Whole(part, new SKSizeI(Pixels(part.Width, Bound(across, target)), Pixels(part.Height, Bound(down, target)))),
            _ => Scaled(part, Bound(Math.Min(across, down), target)),
        };
    }

    private static float ScaleOf(SKRectI part, int? width, int? height) =>
        width is { } w ? w / (float)part.Width : height is { } h ? h / (float)part.Height : 1;

    private static float Bound(float scale, ImageTarget target) => target.Enlarge ? scale : Math.Min(1, scale);

    private static Placement Scaled(SKRectI part, float scale) =>
        Whole(part, new SKSizeI(Pixels(part.Width, scale), Pixels(part.Height, scale)));

    private static Placement Whole(SKRectI part, SKSizeI canvas) => new(canvas, part, SKRect.Create(canvas.Width, canvas.Height));

    private static Placement Contain(SKRectI part, int width, int height, float scale)
    {
        var size = new SKSizeI(Math.Min(width, Pixels(part.Width, scale)), Math.Min(height, Pixels(part.Height, scale)));
        return new(
            new SKSizeI(width, height), part, SKRect.Create((width - size.Width) / 2, (height - size.Height) / 2, size.Width, size.Height));
    }

    private static Placement Cover(SKRectI part, int width, int height, float scale, ImageTarget target)
    {
        // A box that the image would have to be blown up for keeps its ratio.
        var shrink = Bound(scale, target) / scale;
        var canvas = new SKSizeI(Pixels(width, shrink), Pixels(height, shrink));
        scale *= shrink;
        var (seenWidth, seenHeight) = (Math.Min(part.Width, canvas.Width / scale), Math.Min(part.Height, canvas.Height / scale));
        var left = part.Left + ((part.Width - seenWidth) / 2);
        var top = part.Top + ((part.Height - seenHeight) / 2);

        // Where no pixel is resized none is split, either.
        if (scale == 1) (left, top) = (MathF.Floor(left), MathF.Floor(top));
        return new(canvas, SKRect.Create(left, top, seenWidth, seenHeight), SKRect.Create(canvas.Width, canvas.Height));
    }

    private static int Pixels(int pixels, float scale) => Math.Max(1, (int)MathF.Round(pixels * scale));
}
