using Microsoft.Extensions.Options;
using Serverless.Tasks;
using SkiaSharp;

namespace Serverless.Media;

/// <summary>
/// The task <c>image_processing</c>: resizes, crops and converts an image. The same arguments make the same files in the same places, so
/// that it may run any number of times.
/// </summary>
[TaskHandler("image_processing", Queue = "media")]
internal sealed class ImageProcessing(MediaBlobs blobs, IOptions<MediaSettings> settings) : ITaskHandler<ImageArgs, ImageResult>
{
    // A decoder reads at twice the size that is wanted: its own reduction is plain, and the last step hides that.
    private const float Margin = 2;

    /// <inheritdoc/>
    /// <exception cref="TaskValidationException">The arguments are at fault, or the source is no image.</exception>
    public async Task<ImageResult> RunAsync(ImageArgs args, TaskContext context)
    {
        var request = ImageRequest.Read(args);
        var file = await blobs.ReadAsync(request.Source, context.CancellationToken);
        using var source = SourceImage.Open(file, request.Source, settings.Value);
        var placements = Place(request, source.Size);
        using var pyramid = source.Decode(placements.Max(p => p.Scale) * Margin);

        var made = new List<MadeImage>();
        foreach (var (rendition, placement) in request.Renditions.Zip(placements))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var image = ImageRenderer.Render(pyramid, source.Size, placement, rendition);
            await blobs.WriteAsync(rendition.Blob, image, rendition.Format, context.CancellationToken);
            made.Add(
                new MadeImage(rendition.Blob.ToString(), placement.Canvas.Width, placement.Canvas.Height, rendition.Format, image.Length));
            await context.ReportAsync(made.Count, placements.Count, "images made");
        }

        return new ImageResult(source.Facts, made);
    }

    private List<Placement> Place(ImageRequest request, SKSizeI size)
    {
        var faults = new List<string>();
        var placements = new List<Placement>();
        foreach (var rendition in request.Renditions)
        {
            if (rendition.Target.Crop is { } crop && ((long)crop.X + crop.Width > size.Width || (long)crop.Y + crop.Height > size.Height))
            {
                faults.Add($"{rendition.Path}.crop: does not lie within the image, which has {size.Width} × {size.Height} pixels.");
                continue;
            }

            var placement = Placement.Of(
                rendition.Target.Crop is { } part
                    ? SKRectI.Create(part.X, part.Y, part.Width, part.Height) : SKRectI.Create(size), rendition.Target);
            var (width, height) = (placement.Canvas.Width, placement.Canvas.Height);
            if (width > ImageRequest.MaxSide || height > ImageRequest.MaxSide)
                faults.Add(
                    $"{rendition.Path}: would have {width} × {height} pixels; at most {ImageRequest.MaxSide} are made along a side.");
            else if ((long)width * height > settings.Value.MaxPixels)
                faults.Add(
                    $"{rendition.Path}: would have {width} × {height} pixels; at most {settings.Value.MaxPixels} are made (setting " +
                    $"Media__MaxPixels).");
            placements.Add(placement);
        }

        return faults.Count == 0 ? placements : throw new TaskValidationException(string.Join(' ', faults));
    }
}
