using Serverless.Storage;
using Serverless.Tasks;
using SkiaSharp;

namespace Serverless.Media;

/// <summary>
/// The arguments of <c>image_processing</c> without faults in their form; whether crops lie within the image is not decided yet.
/// </summary>
/// <param name="Source">The image.</param>
/// <param name="Renditions">What is to be made, thumbnails included.</param>
internal sealed record ImageRequest(BlobName Source, IReadOnlyList<Rendition> Renditions)
{
    /// <summary>The most pixels along a side: what WebP can hold; the other formats can hold more.</summary>
    public const int MaxSide = 16_383;

    private const int MaxRenditions = 32;
    private const string SizePlace = "{size}";

    /// <summary>Validates arguments.</summary>
    /// <exception cref="TaskValidationException">They are at fault: all faults in one message.</exception>
    public static ImageRequest Read(ImageArgs args)
    {
        var faults = new List<string>();
        var source = Name(args.Source, "source", faults);
        var targets = (args.Targets ?? []).Select((target, i) => (Path: $"targets[{i}]", Target: (ImageTarget?)target))
            .Concat(Thumbnails(args.Thumbnails, faults)).ToList();
        if (targets.Count is 0 or > MaxRenditions)
            faults.Add($"targets: there are {targets.Count} images to make; give 1 to {MaxRenditions} targets and thumbnails.");

        var renditions = new List<Rendition>();
        var taken = new HashSet<BlobName>();
        foreach (var (path, target) in targets.Take(MaxRenditions))
        {
            if (ReadTarget(target, path, faults) is not { } rendition) continue;
            if (rendition.Blob == source) faults.Add($"{path}.blob: is the source; a task that runs again would find its own work there.");
            else if (!taken.Add(rendition.Blob)) faults.Add($"{path}.blob: {rendition.Blob} stands twice.");
            renditions.Add(rendition);
        }

        return faults.Count == 0 ? new ImageRequest(source!, renditions) : throw new TaskValidationException(string.Join(' ', faults));
    }

    private static IEnumerable<(string Path, ImageTarget? Target)> Thumbnails(ThumbnailSet? set, List<string> faults)
    {
        if (set is null) return [];
        if (set.Sizes.Count == 0) faults.Add("thumbnails.sizes: is empty; give the sides in pixels, such as [64, 256].");
        if (!set.Blob.Contains(SizePlace, StringComparison.Ordinal))
        {
            faults.Add($"thumbnails.blob: has no {SizePlace}; give a name such as media/thumbs/cat-{SizePlace}.webp.");
            return [];
        }

        return set.Sizes.Select(size => (
            $"thumbnails[{size}]", (ImageTarget?)new ImageTarget(
                set.Blob.Replace(SizePlace, $"{size}", StringComparison.Ordinal), size, size, set.Fit, Quality: set.Quality)));
    }

    private static Rendition? ReadTarget(ImageTarget? target, string path, List<string> faults)
    {
        if (target is null)
        {
            faults.Add($"{path}: is null.");
            return null;
        }

        var before = faults.Count;
        var blob = Name(target.Blob, $"{path}.blob", faults);
        CheckSide(target.Width, $"{path}.width", faults);
        CheckSide(target.Height, $"{path}.height", faults);
        if (!Enum.IsDefined(target.Fit)) faults.Add($"{path}.fit: there is no such fit; give inside, cover, contain or fill.");
        if (target.Crop is { } crop && (crop.X < 0 || crop.Y < 0 || crop.Width < 1 || crop.Height < 1))
            faults.Add($"{path}.crop: takes x and y from 0, width and height from 1.");

        var format = target.Format ?? FormatOf(target.Blob);
        if (format is null) faults.Add($"{path}.format: is not told by the ending of the blob; give jpeg, png or webp.");
        else if (!Enum.IsDefined(format.Value)) faults.Add($"{path}.format: there is no such format; give jpeg, png or webp.");
        if (target.Quality is < 1 or > 100) faults.Add($"{path}.quality: is {target.Quality}; give 1 to 100.");
        if (target.Quality is not null && format == ImageFormat.Png)
            faults.Add($"{path}.quality: PNG has no quality, for it loses nothing; leave it out.");

        var background = format == ImageFormat.Jpeg ? SKColors.White : SKColors.Transparent;
        if (target.Background is { } colour && !(colour.StartsWith('#') && SKColor.TryParse(colour, out background)))
            faults.Add($"{path}.background: is no colour; give one such as #ffffff.");
        return faults.Count == before ? new Rendition(blob!, path, target, format!.Value, background) : null;
    }

    private static BlobName? Name(string text, string path, List<string> faults)
    {
        if (BlobName.TryParse(text, [Containers.Media], out var name, out var fault)) return name;
        faults.Add($"{path}: {fault}");
        return null;
    }

    private static void CheckSide(int? pixels, string path, List<string> faults)
    {
        if (pixels is < 1 or > MaxSide) faults.Add($"{path}: is {pixels}; give 1 to {MaxSide} pixels.");
    }

    private static ImageFormat? FormatOf(string blob) => Path.GetExtension(blob).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => ImageFormat.Jpeg,
        ".PNG" => ImageFormat.Png,
        ".WEBP" => ImageFormat.Webp,
        _ => null,
    };
}

/// <summary>One image to make, in whole.</summary>
/// <param name="Blob">Where it goes.</param>
/// <param name="Path">What it is called in the arguments.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="Format">What it is written as.</param>
/// <param name="Background">Behind and beside the image.</param>
internal sealed record Rendition(BlobName Blob, string Path, ImageTarget Target, ImageFormat Format, SKColor Background);
