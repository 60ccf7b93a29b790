using System.ComponentModel.DataAnnotations;

namespace Serverless.Media;

/// <summary>
/// The app's settings for images, read from <c>Media__*</c>. The media queue's concurrency times these must fit an instance's memory.
/// </summary>
internal sealed class MediaSettings
{
    /// <summary>The largest file that is read, in bytes.</summary>
    /// <value>32 MiB by default.</value>
    [Range(1, int.MaxValue / 2)]
    public int MaxBytes { get; set; } = 32 << 20;

    /// <summary>
    /// The most pixels of an image that is read or made: a small file can claim any number of them. A pixel takes 4 bytes.
    /// </summary>
    /// <value>40 million by default.</value>
    [Range(1, 400_000_000)]
    public long MaxPixels { get; set; } = 40_000_000;
}
