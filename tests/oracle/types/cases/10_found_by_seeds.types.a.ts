export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]

export type Database = {
  "Odd Schema": {
    Tables: {
      comments: {
        Row: {
          file: number
          own: number | null
        }
        Insert: {
          file: number
          own?: number | null
        }
        Update: {
          file?: number
          own?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "comments_own_fkey"
            columns: null
            isOneToOne: false
            referencedRelation: "own"
            referencedColumns: null
          },
        ]
      }
      own: {
        Row: {
          id: number
          s: number | null
        }
        Insert: {
          id: number
          s?: number | null
        }
        Update: {
          id?: number
          s?: number | null
        }
        Relationships: []
      }
    }
    Views: {
      commented: {
        Row: {
          file: number | null
          own: number | null
        }
        Insert: {
          file?: number | null
          own?: number | null
        }
        Update: {
          file?: number | null
          own?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "comments_own_fkey"
            columns: ["own"]
            isOneToOne: false
            referencedRelation: "own"
            referencedColumns: null
          },
        ]
      }
      owns: {
        Row: {
          id: number | null
          s: number | null
        }
        Insert: {
          id?: number | null
          s?: number | null
        }
        Update: {
          id?: number | null
          s?: number | null
        }
        Relationships: []
      }
      products: {
        Row: {
          id: number | null
        }
        Insert: {
          id?: number | null
        }
        Update: {
          id?: number | null
        }
        Relationships: []
      }
    }
    Functions: {
      [_ in never]: never
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
  order: {
    Tables: {
      own: {
        Row: {
          a: number
        }
        Insert: {
          a: number
        }
        Update: {
          a?: number
        }
        Relationships: [
          {
            foreignKeyName: "own_a_fkey"
            columns: null
            isOneToOne: false
            referencedRelation: "own"
            referencedColumns: null
          },
        ]
      }
    }
    Views: {
      [_ in never]: never
    }
    Functions: {
      [_ in never]: never
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
  public: {
    Tables: {
      f1: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      f2: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      f3: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      f4: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      f5: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      like: {
        Row: {
          a: number | null
        }
        Insert: {
          a?: number | null
        }
        Update: {
          a?: number | null
        }
        Relationships: []
      }
      part1: {
        Row: {
          k: number
        }
        Insert: {
          k: number
        }
        Update: {
          k?: number
        }
        Relationships: []
      }
      part2: {
        Row: {
          k: number
        }
        Insert: {
          k: number
        }
        Update: {
          k?: number
        }
        Relationships: []
      }
      part3: {
        Row: {
          k: number
        }
        Insert: {
          k: number
        }
        Update: {
          k?: number
        }
        Relationships: []
      }
      parts: {
        Row: {
          k: number
        }
        Insert: {
          k: number
        }
        Update: {
          k?: number
        }
        Relationships: []
      }
      refs: {
        Row: {
          a: number | null
          b: number | null
        }
        Insert: {
          a?: number | null
          b?: number | null
        }
        Update: {
          a?: number | null
          b?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "refs_a_fkey"
            columns: ["a"]
            isOneToOne: false
            referencedRelation: "parts"
            referencedColumns: ["k"]
          },
          {
            foreignKeyName: "refs_a_fkey4"
            columns: ["a"]
            isOneToOne: false
            referencedRelation: "parts"
            referencedColumns: ["k"]
          },
          {
            foreignKeyName: "refs_a_fkey8"
            columns: ["a"]
            isOneToOne: false
            referencedRelation: "parts"
            referencedColumns: ["k"]
          },
          {
            foreignKeyName: "refs_b_fkey"
            columns: ["b"]
            isOneToOne: false
            referencedRelation: "part1"
            referencedColumns: ["k"]
          },
          {
            foreignKeyName: "refs_b_fkey1"
            columns: ["b"]
            isOneToOne: false
            referencedRelation: "part1"
            referencedColumns: ["k"]
          },
        ]
      }
      shapes: {
        Row: {
          a: number
          d: string | null
        }
        Insert: {
          a: number
          d?: string | null
        }
        Update: {
          a?: number
          d?: string | null
        }
        Relationships: []
      }
      text: {
        Row: {
          a: number | null
          of_text: number | null
        }
        Insert: {
          a?: number | null
        }
        Update: {
          a?: number | null
        }
        Relationships: []
      }
      users: {
        Row: {
          a: number | null
        }
        Insert: {
          a?: number | null
        }
        Update: {
          a?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "users_a_fkey"
            columns: ["a"]
            isOneToOne: false
            referencedRelation: "copied"
            referencedColumns: ["a"]
          },
          {
            foreignKeyName: "users_a_fkey"
            columns: ["a"]
            isOneToOne: false
            referencedRelation: "表"
            referencedColumns: ["カタカナ"]
          },
        ]
      }
      表: {
        Row: {
          é: number | null
          カタカナ: number
        }
        Insert: {
          é?: number | null
          カタカナ: number
        }
        Update: {
          é?: number | null
          カタカナ?: number
        }
        Relationships: []
      }
    }
    Views: {
      altered: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      closed_view: {
        Row: {
          x: number | null
        }
        Relationships: []
      }
      copied: {
        Row: {
          a: number | null
        }
        Relationships: []
      }
      default_again: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      like_view: {
        Row: {
          a: number | null
        }
        Insert: {
          a?: number | null
        }
        Update: {
          a?: number | null
        }
        Relationships: []
      }
      opened_view: {
        Row: {
          x: number | null
        }
        Insert: {
          x?: number | null
        }
        Update: {
          x?: number | null
        }
        Relationships: []
      }
      read_only: {
        Row: {
          x: number | null
        }
        Relationships: []
      }
    }
    Functions: {
      "7": { Args: Record<PropertyKey, never>; Returns: number }
      "42": { Args: Record<PropertyKey, never>; Returns: number }
      _a: { Args: Record<PropertyKey, never>; Returns: number }
      "1st": { Args: Record<PropertyKey, never>; Returns: number }
      of_text: { Args: { "": string }; Returns: number }
      wide1: {
        Args: {
          aaaaaaaaaaaaaaaaaaaaaaaa: number
          한국어: string
          日本語の列の名前です: number
        }
        Returns: undefined
      }
      wide2: {
        Args: {
          aaaaaaaaaaaaaaaaaaaaa: number
          한국어: string
          日本語の列の名前です: number
        }
        Returns: undefined
      }
      wide3: {
        Args: {
          "👍👍👍": string
          "😀😀😀😀😀😀": number
          aaaaaaaaaaaaaaaaaaaaaaaaa: number
        }
        Returns: undefined
      }
      wide4: {
        Args: {
          "👍👍👍": string
          "😀😀😀😀😀😀": number
          aaaaaaaaaaaaaaaaaaaaaaaaaa: number
        }
        Returns: undefined
      }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      shape: {
        a: number | null
        d: string | null
      }
    }
  }
}

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] &
        DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] &
        DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R
      }
      ? R
      : never
    : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I
      }
      ? I
      : never
    : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U
      }
      ? U
      : never
    : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never

export const Constants = {
  "Odd Schema": {
    Enums: {},
  },
  order: {
    Enums: {},
  },
  public: {
    Enums: {},
  },
} as const
