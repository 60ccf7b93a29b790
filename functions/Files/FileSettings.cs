using System.ComponentModel.DataAnnotations;

namespace Serverless.Files;

/// <summary>The app's settings for files, read from <c>Files__*</c>.</summary>
internal sealed class FileSettings
{
    /// <summary>The largest body that <c>PUT /api/files/...</c> and a part of <c>PUT /api/uploads/...</c> may have, in bytes.</summary>
    /// <value>5 GiB by default.</value>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 5L << 30;
}
