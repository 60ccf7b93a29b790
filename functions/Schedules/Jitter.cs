using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Schedules;

/// <summary>Spreads the runs of one due time.</summary>
internal static class Jitter
{
    /// <summary>
    /// From nothing to the most that is allowed: the same for a name and due time, on every instance and after every restart.
    /// </summary>
    public static TimeSpan Of(string name, DateTimeOffset due, int maxSeconds)
    {
        if (maxSeconds == 0) return TimeSpan.Zero;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {due.UtcTicks}")), hash);
        return TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(hash) % (maxSeconds + 1));
    }
}
