using System.Globalization;

namespace Serverless.TestSupport;

/// <summary>A process and all below it, as Linux lists them.</summary>
internal static class ProcessTree
{
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; clock ticks of user space are hundredths of a second.
    private const int TicksPerSecond = 100;
    private const int Parent = 1;
    private const int FirstTime = 11;
    private const int Times = 4;

    /// <summary>The processor time of a process, of all below it, and of those of them that ended.</summary>
    public static TimeSpan ProcessorTime(int root)
    {
        var facts = Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit))
            .Select(n => (Id: int.Parse(n, CultureInfo.InvariantCulture), Facts: Read(n))).Where(p => p.Facts.Length > 0)
            .ToDictionary(p => p.Id, p => p.Facts);
        var ticks = 0L;
        foreach (var (id, fact) in facts)
        {
            var at = id;
            while (at != root && facts.TryGetValue(at, out var child)) at = int.Parse(child[Parent], CultureInfo.InvariantCulture);
            if (at == root) ticks += fact.Skip(FirstTime).Take(Times).Sum(t => long.Parse(t, CultureInfo.InvariantCulture));
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    // Behind the name, which may hold anything and ends with the last bracket. Nothing: the process has ended meanwhile.
    private static string[] Read(string id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
