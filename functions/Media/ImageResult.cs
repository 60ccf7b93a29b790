using Serverless.Http;

namespace Serverless.Media;

/// <summary>The findings of <c>image_processing</c>, and the images it made.</summary>
/// <param name="Source">The image.</param>
/// <param name="Images">What was made of it, in the order of the arguments.</param>
internal sealed record ImageResult(SourceFacts Source, IReadOnlyList<MadeImage> Images);

/// <summary>An image as it was found.</summary>
/// <param name="Blob">Where it lies.</param>
/// <param name="Width">Pixels, as it is seen: after its EXIF orientation.</param>
/// <param name="Height">Pixels, as it is seen.</param>
/// <param name="Format">JPEG, PNG, WebP or GIF, in lower case.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="Frames">More than 1 where it is animated; the first is taken.</param>
internal sealed record SourceFacts(string Blob, int Width, int Height, string Format, long Bytes, int Frames)
{
    /// <summary>A remark on what a caller may not have expected.</summary>
    public string? Note => Frames > 1 ? $"The image is animated: the first of its {Frames} frames was taken." : null;
}

/// <summary>An image that was made.</summary>
/// <param name="Blob">Where it lies.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Format">Its format.</param>
/// <param name="Bytes">The file's size.</param>
internal sealed record MadeImage(string Blob, int Width, int Height, ImageFormat Format, long Bytes)
{
    /// <summary>The address to read it at.</summary>
    public string Url => Addresses.OfFile(Blob);
}
