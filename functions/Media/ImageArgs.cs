using System.Text.Json.Serialization;

namespace Serverless.Media;

/// <summary>The arguments of <c>image_processing</c>: one image, and what is to be made of it.</summary>
/// <param name="Source">The image, such as <c>media/uploads/cat.jpg</c>: JPEG, PNG, WebP or GIF.</param>
/// <param name="Targets">The images to make.</param>
/// <param name="Thumbnails">A set of square boxes, as targets that differ in size only.</param>
internal sealed record ImageArgs(string Source, IReadOnlyList<ImageTarget>? Targets = null, ThumbnailSet? Thumbnails = null);

/// <summary>One image to make: cropped first, then resized.</summary>
/// <param name="Blob">Where it goes, such as <c>media/shop/cat.webp</c>; what lies there is overwritten.</param>
/// <param name="Width">Pixels; by the image's ratio when null.</param>
/// <param name="Height">Pixels; by the image's ratio when null.</param>
/// <param name="Fit">What happens where width and height have another ratio than the image.</param>
/// <param name="Enlarge">Whether a small image is blown up; it stays as it is by default.</param>
/// <param name="Crop">The part to take, in pixels of the image as it is seen; all of it when null.</param>
/// <param name="Format">By the ending of <paramref name="Blob"/> when null.</param>
/// <param name="Quality">1 to 100, for JPEG (85 by default) and WebP (80).</param>
/// <param name="Background">Behind transparent pixels and beside a contained image, as <c>#rrggbb</c>: none by default, white for
/// JPEG.</param>
internal sealed record ImageTarget(
    string Blob,
    int? Width = null,
    int? Height = null,
    ImageFit Fit = ImageFit.Inside,
    bool Enlarge = false,
    ImageCrop? Crop = null,
    ImageFormat? Format = null,
    int? Quality = null,
    string? Background = null);

/// <summary>Thumbnails of several sizes.</summary>
/// <param name="Blob">Where they go, with <c>{size}</c> in the name: <c>media/thumbs/cat-{size}.webp</c>.</param>
/// <param name="Sizes">The sides of the boxes in pixels.</param>
/// <param name="Fit">How the image fits the boxes.</param>
/// <param name="Quality">As for a target.</param>
internal sealed record ThumbnailSet(string Blob, IReadOnlyList<int> Sizes, ImageFit Fit = ImageFit.Inside, int? Quality = null);

/// <summary>A part of an image, in pixels from its upper left corner.</summary>
internal sealed record ImageCrop(int X, int Y, int Width, int Height);

/// <summary>The ways to fit an image into a box of another ratio; the words are those of CSS <c>object-fit</c>, where it has one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageFit>))]
internal enum ImageFit
{
    /// <summary>As large as the box allows, the whole image, nothing added.</summary>
    [JsonStringEnumMemberName("inside")] Inside,

    /// <summary>Fills the box; what does not fit is cut off evenly at both ends.</summary>
    [JsonStringEnumMemberName("cover")] Cover,

    /// <summary>The whole image in the middle of the box, with background beside it.</summary>
    [JsonStringEnumMemberName("contain")] Contain,

    /// <summary>Stretched to the box.</summary>
    [JsonStringEnumMemberName("fill")] Fill,
}

/// <summary>A format to write.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageFormat>))]
internal enum ImageFormat
{
    /// <summary>Without transparency.</summary>
    [JsonStringEnumMemberName("jpeg")] Jpeg,

    /// <summary>Without loss.</summary>
    [JsonStringEnumMemberName("png")] Png,

    /// <summary>With loss and transparency.</summary>
    [JsonStringEnumMemberName("webp")] Webp,
}
