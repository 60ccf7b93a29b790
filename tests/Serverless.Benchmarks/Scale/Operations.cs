namespace Serverless.Benchmarks.Scale;

/// <summary>Operations of the broker and of storage.</summary>
internal sealed record Operations(double Broker = 0, double Tables = 0, double BlobWrites = 0, double BlobReads = 0)
{
    public static Operations operator +(Operations a, Operations b) =>
        new(a.Broker + b.Broker, a.Tables + b.Tables, a.BlobWrites + b.BlobWrites, a.BlobReads + b.BlobReads);

    public static Operations operator -(Operations a, Operations b) => a + (b * -1);

    public static Operations operator *(Operations a, double factor) =>
        new(a.Broker * factor, a.Tables * factor, a.BlobWrites * factor, a.BlobReads * factor);

    /// <summary>By name.</summary>
    public IEnumerable<(string Name, double Count)> All() =>
        [("broker operations", Broker), ("table requests", Tables), ("blob writes", BlobWrites), ("blob reads", BlobReads)];
}

/// <summary>The cost of work: something at its start, and something for each of its units. A line through two counts.</summary>
internal sealed record UnitCost(Operations Fixed, Operations PerUnit)
{
    /// <summary>The line through two counts.</summary>
    public static UnitCost Through((int Units, Operations Count) few, (int Units, Operations Count) more)
    {
        var each = (more.Count - few.Count) * (1.0 / (more.Units - few.Units));
        return new UnitCost(few.Count - (each * few.Units), each);
    }

    /// <summary>The cost of so many units.</summary>
    public Operations Of(double units) => Fixed + (PerUnit * units);
}
