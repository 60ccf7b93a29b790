namespace Serverless.Csv.Profile;

/// <summary>Reads what sketches are written as.</summary>
internal static class ProfileData
{
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static byte[] ReadExactly(this BinaryReader reader, int count)
    {
        var bytes = reader.ReadBytes(count);
        return bytes.Length == count ? bytes : throw new EndOfStreamException("A profile ends within a sketch.");
    }
}
